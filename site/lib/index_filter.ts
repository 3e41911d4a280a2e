/** How a control of a list judges a row: `has`: all words are in it; `is`: equal; `least`, `most`: a number at or beyond the one chosen. */
export type Rule = 'has' | 'is' | 'least' | 'most'

/** A control that is set: what it asks of which value of a row. */
export interface Demand {
  key: string
  rule: Rule
  value: string
}

/** The values of a row by key; an empty text where one is not known. */
export type RowValues = Record<string, string | undefined>

/** Whether a row meets every demand. What is not known meets none. */
export function meets(row: RowValues, demands: readonly Demand[]): boolean {
  return demands.every(({ key, rule, value }) => meetsOne(row[key] ?? '', rule, value))
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

/** Orders rows by a value: numbers by size, texts by the alphabet; what is not known comes last either way. */
export function byValue(key: string, descending: boolean): (a: RowValues, b: RowValues) => number {
  return (a, b) => {
    const [own, other] = [a[key] ?? '', b[key] ?? '']
    if (own === '' || other === '') return Number(own === '') - Number(other === '')
    const [x, y] = [Number(own), Number(other)]
    const order = Number.isNaN(x) || Number.isNaN(y) ? own.localeCompare(other, 'en', { numeric: true }) : x - y
    return descending ? -order : order
  }
}

/** The column and direction of an address: `memory`, `-memory`; nothing where it names no column of the list. */
export function parseSort(
  text: string | null,
  keys: readonly string[],
): { key: string; descending: boolean } | undefined {
  const key = (text ?? '').replace(/^-/, '')
  return keys.includes(key) ? { key, descending: text!.startsWith('-') } : undefined
}
