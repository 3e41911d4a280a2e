import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchmarkRun, EngineCatalog, FeaturedCatalog, GpuCatalog, ModelCatalog } from '../../contracts/index.ts'
import { NameIndex } from '../../contracts/name_index.ts'

/** The featured GPUs and models of a data folder, and what understands the names of its rows. */
export function readCatalogue(data: string): { featured: FeaturedCatalog; names: NameIndex } {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(data, 'catalog', `${name}.json`), 'utf8'))
  const catalog = {
    ...ModelCatalog.parse(read('models')),
    ...GpuCatalog.parse(read('gpus')),
    ...EngineCatalog.parse(read('engines')),
  }
  return { featured: FeaturedCatalog.parse(read('featured')), names: new NameIndex(catalog) }
}

/** The rows of every source below curated/. */
export function* readCuratedRows(data: string): Generator<BenchmarkRun> {
  const folder = join(data, 'curated')
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!path.endsWith('.jsonl')) continue
    for (const line of readFileSync(join(folder, path), 'utf8').split('\n')) {
      if (line !== '') yield JSON.parse(line) as BenchmarkRun
    }
  }
}
