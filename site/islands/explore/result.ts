import { plural } from '../../lib/format.ts'
import { element } from '../../lib/matrix/dom.ts'
import type { QueryResult } from './engine.ts'

/** More rows than this are not put into the page; the CSV has them all. */
export const ROW_LIMIT = 1000

/** A result as a table. Values become text, never markup. */
export function renderResult(document: Document, { columns, rows }: QueryResult): HTMLElement {
  const numeric = columns.map((_, i) => rows.some((row) => isNumber(row[i])))
  const align = (i: number) => ({ class: numeric[i] ? 'num' : undefined })
  const head = columns.map((name, i) => element(document, 'th', { scope: 'col', ...align(i) }, name))
  const body = rows
    .slice(0, ROW_LIMIT)
    .map((row) =>
      element(document, 'tr', {}, ...row.map((value, i) => element(document, 'td', align(i), showValue(value)))),
    )
  return element(
    document,
    'table',
    { class: 'rows' },
    element(document, 'thead', {}, element(document, 'tr', {}, ...head)),
    element(document, 'tbody', {}, ...body),
  )
}

/** `1,204 rows in 63 ms; the first 1,000 are shown` */
export function describeResult({ rows }: QueryResult, ms: number): string {
  const shown = rows.length > ROW_LIMIT ? `; the first ${ROW_LIMIT} are shown, the CSV has them all` : ''
  return `${plural(rows.length, 'row')} in ${Math.round(ms)} ms${shown}`
}

const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint'

function showValue(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(6)))
  return String(value)
}
