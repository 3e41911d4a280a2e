import { EngineCatalog, GpuCatalog, ModelCatalog, NameIndex } from '../../contracts/index.ts'
import { readCatalogFile } from '../catalog_file.ts'

/** Reads the catalogue of models, GPUs and engines, by which names are understood. */
export function loadNames(): NameIndex {
  return new NameIndex({
    ...GpuCatalog.parse(readCatalogFile('gpus')),
    ...ModelCatalog.parse(readCatalogFile('models')),
    ...EngineCatalog.parse(readCatalogFile('engines')),
  })
}
