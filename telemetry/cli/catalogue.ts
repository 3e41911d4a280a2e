import { existsSync, readFileSync } from 'node:fs'
import { EngineCatalog, GpuCatalog, ModelCatalog, NameIndex } from '../../contracts/index.ts'

/** The catalogue that the package carries, which is fewer folders up in the sources than in the compiled package. */
const FOLDERS = ['../../data/catalog/', '../../../../data/catalog/']

/** Reads the catalogue of models, GPUs and engines, by which names are understood. */
export function loadNames(): NameIndex {
  const folder = FOLDERS.map((path) => new URL(path, import.meta.url)).find((path) => existsSync(path))
  if (!folder) throw new Error('orch: expected data/catalog beside the program, found none. Install orch again.')
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
  return new NameIndex({
    ...GpuCatalog.parse(read('gpus')),
    ...ModelCatalog.parse(read('models')),
    ...EngineCatalog.parse(read('engines')),
  })
}
