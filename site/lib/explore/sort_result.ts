import type { QueryResult, Value } from './result.ts'

/** The column that a result is sorted by, and the direction. */
export interface SortOrder {
  name: string
  descending: boolean
}

/**
 * A result with its rows sorted: numbers by value, texts alphabetically with natural order of numbers, false before true. NaN and NULL come
 * last in both directions; equal rows keep the order of the query. `bytes` stays in the order of the query.
 */
export function sortResult(result: QueryResult, { name, descending }: SortOrder): QueryResult {
  const i = result.columns.findIndex((column) => column.name === name)
  if (i < 0) return result
  const order = orderOf(result.column(i), descending)
  return { ...result, rows: (start = 0, end = result.rowCount) => result.pick(order.subarray(start, end)) }
}

/** The sort order after a click on a head: ascending, descending, then the order of the query. */
export function nextOrder(order: SortOrder | null, name: string): SortOrder | null {
  if (order?.name !== name) return { name, descending: false }
  return order.descending ? null : { name, descending: true }
}

function orderOf(values: readonly Value[], descending: boolean): Uint32Array {
  const ranks = ranksOf(values)
  const sign = descending ? -1 : 1
  return Uint32Array.from(values.keys()).sort((a, b) => {
    const [x, y] = [ranks[a]!, ranks[b]!]
    // Values that cannot be ordered come last, NULL after NaN.
    return sign * (x - y) || weightOf(values[a]!) - weightOf(values[b]!)
  })
}

/** A numeric rank per value: the number itself, or the position of the value among all distinct ones; NaN if it has no order. */
function ranksOf(values: readonly Value[]): Float64Array {
  if (values.every((value) => value === null || typeof value === 'number'))
    return Float64Array.from(values, (value) => (value === null ? Number.NaN : (value as number)))
  const distinct = [...new Set(values)].filter((value) => weightOf(value) === 0).sort(compare)
  const places = new Map(distinct.map((value, place) => [value, place]))
  return Float64Array.from(values, (value) => places.get(value) ?? Number.NaN)
}

/** 0 for ordered values, 1 for NaN, 2 for NULL. */
const weightOf = (value: Value): number => (value === null ? 2 : Number.isNaN(value) ? 1 : 0)

const { compare: compareTexts } = new Intl.Collator('en', { numeric: true })

function compare(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  return a! < b! ? -1 : a! > b! ? 1 : 0
}
