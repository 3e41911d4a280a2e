import type { Catalog, Source } from '../../contracts/index.ts'
import { type NamedTable, packTable } from '../lib/named_table.ts'
import { catalogRows, sourceRows } from './reference_rows.ts'

/** The published form of what is known beside the samples: sources and catalogue. */
export function packReference(catalog: Catalog, sources: Source[]): NamedTable[] {
  return [
    packTable('sources.arrow', 'sources', sourceRows(sources)),
    ...catalogRows(catalog).map(({ table, rows }) => packTable(`${table}.arrow`, table, rows)),
  ]
}
