import { setImmediate } from 'node:timers/promises'
import type { Catalog, Source, TableName } from '../../contracts/index.ts'
import { toArrow } from './arrow.ts'
import type { PackedTable } from './pack_bins.ts'
import { catalogRows, sourceRows } from './reference_rows.ts'

/** A published file by its name. */
export interface NamedTable extends PackedTable {
  name: string
  table: TableName
}

/** The published form of what is known beside the samples: sources and catalogue. Lets others work between two tables. */
export async function packReference(catalog: Catalog, sources: Source[]): Promise<NamedTable[]> {
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

/** Rows in the form in which they are published. */
export function packTable(name: string, table: TableName, rows: readonly object[]): NamedTable {
  return { name, table, rows: rows.length, bytes: toArrow(table, rows) }
}
