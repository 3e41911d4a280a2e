import type { APIContext } from 'astro'
import { columnsOf } from '../../../../../contracts/tables.ts'
import { CSV_TABLES } from '../../../../data/api/documents.ts'
import { published } from '../../../../data/published.ts'
import { toCsv } from '../../../../lib/csv.ts'

export function getStaticPaths() {
  return CSV_TABLES.map((name) => ({ params: { name } }))
}

/** A published table as CSV, all columns in the order of the contract. */
export function GET({ params }: APIContext): Response {
  const table = params.name as (typeof CSV_TABLES)[number]
  const columns = columnsOf(table).map(({ name }) => name)
  const rows = published(table).map((row) => columns.map((name) => (row as Record<string, unknown>)[name]))
  return new Response(toCsv(columns, rows), { headers: { 'content-type': 'text/csv; charset=utf-8' } })
}
