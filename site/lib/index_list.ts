import type { Rule } from './index_filter.ts'

/** A column of an index page; `key` names the value that it is sorted by. */
export interface IndexColumn {
  text: string
  unit?: string
  key?: string
  isNumeric?: boolean
  /** Says nothing of a row without figures: cards leave it out. */
  isOwn?: boolean
}

/** A row: what each column says, and the values that filters and orders read. */
export interface IndexRow {
  texts: (string | number)[]
  values: Record<string, string | number | null | undefined>
  /** Where it leads; rows without figures have no page. */
  path: string | null
  note?: string
}

/** A filter: a choice where it has options, else a box to tick, which then asks for `value`. */
export interface IndexControl {
  name: string
  label: string
  rule: Rule
  options?: [value: string, text: string][]
  key?: string
  value?: string
}

/** The options of a filter on a value, with how many rows have each, most first; the first option asks for nothing. */
export function countedOptions(rows: readonly IndexRow[], key: string, all: string): [string, string][] {
  const counts = new Map<string, number>()
  for (const { values } of rows) {
    const value = String(values[key] ?? '')
    if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return [['', all], ...sorted.map(([value, n]): [string, string] => [value, `${value} (${n})`])]
}
