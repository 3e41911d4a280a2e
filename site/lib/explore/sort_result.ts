import type { QueryResult, Value } from './result.ts'

/** By which column a result is shown, and which way. */
export interface SortOrder {
  name: string
  descending: boolean
}

/**
 * A result with its rows in another order: numbers by size, texts by the alphabet with the numbers in them by size, false before true. NaN and
 * NULL come last either way; rows that are equal keep the order of the query. Its `bytes` stay those of the query.
 */
export function sortResult(result: QueryResult, { name, descending }: SortOrder): QueryResult {
  const i = result.columns.findIndex((column) => column.name === name)
  if (i < 0) return result
  const order = orderOf(result.column(i), descending)
  return { ...result, rows: (start = 0, end = result.rowCount) => result.pick(order.subarray(start, end)) }
}

/** What the next press on a head leads to: rising, falling, then the order of the query. */
export function nextOrder(order: SortOrder | null, name: string): SortOrder | null {
  if (order?.name !== name) return { name, descending: false }
  return order.descending ? null : { name, descending: true }
}

function orderOf(values: readonly Value[], descending: boolean): Uint32Array {
  const ranks = ranksOf(values)
  const sign = descending ? -1 : 1
  return Uint32Array.from(values.keys()).sort((a, b) => {
    const [x, y] = [ranks[a]!, ranks[b]!]
    // What is no number comes after what is one, NULL after NaN.
    return sign * (x - y) || weightOf(values[a]!) - weightOf(values[b]!)
  })
}

/** Numbers that order as the values do: the numbers themselves, or the place of each distinct value among all; NaN for what has none. */
function ranksOf(values: readonly Value[]): Float64Array {
  if (values.every((value) => value === null || typeof value === 'number'))
    return Float64Array.from(values, (value) => (value === null ? Number.NaN : (value as number)))
  const distinct = [...new Set(values)].filter((value) => weightOf(value) === 0).sort(compare)
  const places = new Map(distinct.map((value, place) => [value, place]))
  return Float64Array.from(values, (value) => places.get(value) ?? Number.NaN)
}

/** 0 for what can be ordered, 1 for NaN, 2 for NULL. */
const weightOf = (value: Value): number => (value === null ? 2 : Number.isNaN(value) ? 1 : 0)

const { compare: compareTexts } = new Intl.Collator('en', { numeric: true })

function compare(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  return a! < b! ? -1 : a! > b! ? 1 : 0
}
