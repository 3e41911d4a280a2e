/** A row before and after; at least one of the two is there. */
export type Pair<T> = { before: T; after: T | null } | { before: T | null; after: T }

/** Pairs the rows of two tables by key: those after in their order, then those that are gone. */
export function pairRows<T>(before: readonly T[], after: readonly T[], keyOf: (row: T) => string): Pair<T>[] {
  const former = new Map(before.map((row) => [keyOf(row), row]))
  const pairs: Pair<T>[] = after.map((row) => ({ before: former.get(keyOf(row)) ?? null, after: row }))
  const left = new Set(after.map(keyOf))
  return [...pairs, ...before.filter((row) => !left.has(keyOf(row))).map((row) => ({ before: row, after: null }))]
}
