/** What one place says about one configuration: a quantity, as its reader sees it, and as a number where the place holds one. */
export interface Statement {
  /** The row of the matrix. */
  id: string
  /** `decode_tps median`, `cost spread`, `price per hour`, … */
  quantity: string
  /** The page or file. */
  place: string
  text: string
  value?: number
}

/** Values carried at fewer digits than published still agree; the text shown must be the same to the last character. */
const TOLERANCE = 5e-5

/** Every quantity of a configuration on which two places differ, in words, and how many were stated in two places or more. */
export function compareStatements(statements: readonly Statement[]): { disagreements: string[]; compared: number } {
  const groups = Map.groupBy(statements, ({ id, quantity }) => `${id}: ${quantity}`)
  const shared = [...groups].filter(([, own]) => new Set(own.map(({ place }) => place)).size > 1)
  return { disagreements: shared.flatMap(([key, own]) => disagreement(key, own)), compared: shared.length }
}

function disagreement(key: string, own: readonly Statement[]): string[] {
  const texts = Map.groupBy(own, ({ text }) => text)
  const values = own.flatMap(({ value }) => (value === undefined ? [] : [value]))
  const apart = values.length > 0 && Math.max(...values) > Math.min(...values) * (1 + TOLERANCE)
  if (texts.size < 2 && !apart) return []
  const told = [...texts].map(([text, same]) => `${text} (${[...new Set(same.map(({ place }) => place))].join(', ')})`)
  return [`${key}: ${told.join(' ≠ ')}${apart ? `; values ${[...new Set(values)].join(' ≠ ')}` : ''}`]
}
