/** How a control filters rows. `has`: contains all words; `is`: equals; `least`, `most`: at least or at most the number. */
export type Rule = 'has' | 'is' | 'least' | 'most'

/** A condition on one value of a row. */
export interface Condition {
  key: string
  rule: Rule
  value: string
}

/** The values of a row by key; empty if unknown. */
export type RowValues = Record<string, string | undefined>

/** Whether a row meets every condition. An unknown value meets none. */
export function meets(row: RowValues, conditions: readonly Condition[]): boolean {
  return conditions.every(({ key, rule, value }) => meetsOne(row[key] ?? '', rule, value))
}

function meetsOne(own: string, rule: Rule, value: string): boolean {
  if (rule === 'has')
    return value
      .toLowerCase()
      .split(/\s+/)
      .every((word) => own.toLowerCase().includes(word))
  if (rule === 'is') return own === value
  if (own === '') return false
  return rule === 'least' ? Number(own) >= Number(value) : Number(own) <= Number(value)
}

/** Compares rows by a value: numbers by size, texts alphabetically; unknown values come last in both directions. */
export function byValue(key: string, descending: boolean): (a: RowValues, b: RowValues) => number {
  return (a, b) => {
    const [own, other] = [a[key] ?? '', b[key] ?? '']
    if (own === '' || other === '') return Number(own === '') - Number(other === '')
    const [x, y] = [Number(own), Number(other)]
    const order = Number.isNaN(x) || Number.isNaN(y) ? own.localeCompare(other, 'en', { numeric: true }) : x - y
    return descending ? -order : order
  }
}

/** Parses a sort order, `memory` or `-memory`; undefined if the list has no such column. */
export function parseSort(
  text: string | null,
  keys: readonly string[],
): { key: string; descending: boolean } | undefined {
  const key = (text ?? '').replace(/^-/, '')
  return keys.includes(key) ? { key, descending: text!.startsWith('-') } : undefined
}
