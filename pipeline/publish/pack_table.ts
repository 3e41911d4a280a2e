import type { TableName } from '../../contracts/index.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'
import { toArrow } from './arrow.ts'

/** A published file before it is written. */
export interface NamedTable {
  name: string
  table: TableName
  rows: number
  bytes: Uint8Array
}

/** Rows in the form in which they are published. */
export function packTable(name: string, table: TableName, rows: readonly object[]): NamedTable {
  return { name, table, rows: rows.length, bytes: toArrow(table, rows) }
}

/**
 * Tables in the form in which they are published: as the cache keeps them, where a former build made them of the same.
 *
 * @param what kind of entry of the cache
 * @param fingerprint of all that the tables follow from; null where that is not known
 */
export async function packOnce(
  cache: CacheFolder | undefined,
  what: string,
  fingerprint: string | null,
  pack: () => NamedTable[] | Promise<NamedTable[]>,
): Promise<NamedTable[]> {
  if (cache === undefined || fingerprint === null) return pack()
  const name = cache.nameOf(what, fingerprint)
  const known = cache.read<NamedTable[]>(name)
  if (known !== null) return known
  const tables = await pack()
  await cache.write(name, tables)
  return tables
}
