import { setImmediate } from 'node:timers/promises'
import type { Catalog, Source } from '../../contracts/index.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'
import { type NamedTable, packOnce, packTable } from './pack_table.ts'
import { catalogRows, sourceRows } from './reference_rows.ts'

/**
 * The published form of what is known beside the samples: sources and catalogue.
 *
 * @param fingerprint of the catalogue
 */
export function packReference(
  catalog: Catalog,
  fingerprint: string,
  sources: Source[],
  cache?: CacheFolder,
): Promise<NamedTable[]> {
  return packOnce(cache, 'reference', `${fingerprint}\n${JSON.stringify(sources)}`, () => packNow(catalog, sources))
}

/** Lets others work between two tables. */
async function packNow(catalog: Catalog, sources: Source[]): Promise<NamedTable[]> {
  const packed: NamedTable[] = []
  const tables = [
    { name: 'sources.arrow', table: 'sources' as const, rows: sourceRows(sources) },
    ...catalogRows(catalog),
  ]
  for (const { name, table, rows } of tables) {
    await setImmediate()
    packed.push(packTable(name, table, rows))
  }
  return packed
}
