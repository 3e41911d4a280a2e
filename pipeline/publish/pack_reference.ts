import type { Catalog, Source } from '../../contracts/index.ts'
import { type NamedTable, packTable } from '../lib/named_table.ts'
import { catalogRows, sourceRows } from './reference_rows.ts'

/**
 * The published form of what is known beside the samples: sources and catalogue.
 *
 * @param unlisted ids of models with figures that the catalogue does not list
 */
export function packReference(catalog: Catalog, sources: Source[], unlisted: readonly string[]): NamedTable[] {
  return [
    packTable('sources.arrow', 'sources', sourceRows(sources)),
    ...catalogRows(catalog, unlisted).map(({ table, rows }) => packTable(`${table}.arrow`, table, rows)),
  ]
}
