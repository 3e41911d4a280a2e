import type { QueryResult, Value } from './result.ts'

/** A result as a JSON array of objects, a line per row. Integers beyond the safe range, NaN and infinities become strings. */
export function toJson({ columns, rows }: Pick<QueryResult, 'columns' | 'rows'>): string {
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`)
  const lines = rows().map((row) => `{${row.map((value, i) => keys[i] + toJsonValue(value)).join(',')}}`)
  return `[${lines.join(',\n')}]\n`
}

function toJsonValue(value: Value): string {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? String(value) : `"${value}"`
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`
  return JSON.stringify(value)
}
