import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalog } from '../../contracts/index.ts'
import { CATALOG_FILES, readCatalog } from '../read/catalog.ts'
import type { CacheFolder } from './cache_folder.ts'

/** The catalogue, held against its contract only where a former build did not do so with the same bytes. Throws ExplainedError. */
export async function readKnownCatalog(dataDir: string, cache: CacheFolder | undefined): Promise<Catalog> {
  const paths = CATALOG_FILES.map((name) => join(dataDir, 'catalog', name))
  if (cache === undefined || !paths.every((path) => existsSync(path))) return readCatalog(dataDir)
  const hashes = paths.map((path) => createHash('sha256').update(readFileSync(path)).digest('hex'))
  const name = cache.nameOf('catalog', ...hashes)
  const entry = cache.read(name)
  if (entry !== null) return entry.head as Catalog
  const catalog = readCatalog(dataDir)
  await cache.write(name, catalog)
  return catalog
}
