import type { Rule } from './index_filter.ts'

/** A column of an index page; `key` names the value that it is sorted by. */
export interface IndexColumn {
  text: string
  unit?: string
  key?: string
  isNumeric?: boolean
  /** Empty in rows without figures; hidden in the card layout then. */
  isOwn?: boolean
}

/** A row: the texts of its columns, and the values for filtering and sorting. */
export interface IndexRow {
  texts: (string | number)[]
  values: Record<string, string | number | null | undefined>
  /** Its page; null for rows without figures. */
  path: string | null
  note?: string
}

/** A filter: a select if it has options, else a checkbox that filters by `value`. */
export interface IndexControl {
  name: string
  label: string
  rule: Rule
  options?: [value: string, text: string][]
  key?: string
  value?: string
}

/** The options of a filter, with the number of rows of each, most first. The first option is no filter. */
export function countedOptions(rows: readonly IndexRow[], key: string, all: string): [string, string][] {
  const counts = new Map<string, number>()
  for (const { values } of rows) {
    const value = String(values[key] ?? '')
    if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return [['', all], ...sorted.map(([value, n]): [string, string] => [value, `${value} (${n})`])]
}
