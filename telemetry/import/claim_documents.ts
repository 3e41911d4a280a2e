import { showName } from '../../contracts/show.ts'
import { scanValues } from './documents/scan_values.ts'
import type { Format, InputDocument } from './types.ts'

/** A document and the format that it is of. */
export interface Claim {
  format: Format
  document: InputDocument
  /** Under which key the document was found, if it is part of a larger value. */
  under?: string
}

/** How deep rows are looked for inside of values that no format knows. */
const MOST_LEVELS = 6

/**
 * Finds the format of a document by its content. If it has none, the values inside are tried: results are kept in objects of harnesses,
 * under any key, also as text that is JSON itself.
 */
export function claimDocument(document: InputDocument, formats: readonly Format[], level = 0): Claim[] {
  const format = formats.find((candidate) => candidate.detect(document))
  if (format) return [{ format, document }]
  if (document.form !== 'json' || level === MOST_LEVELS) return []
  return childrenOf(document.value).flatMap(([key, value]) => {
    const claims = claimDocument({ ...document, value }, formats, level + 1)
    return claims.map((claim) => ({ ...claim, under: claim.under ?? key }))
  })
}

/** The values inside of a value that could be results, or hold some. */
function childrenOf(value: unknown): [key: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (typeof inner === 'object' && inner !== null) return [[key, inner]]
    const values = typeof inner === 'string' && /^\s*[[{]/m.test(inner) ? valuesIn(inner) : []
    return values.length === 0 ? [] : [[key, values]]
  })
}

/** The values in text that a program printed, with its log around them. */
function valuesIn(text: string): unknown[] {
  return scanValues(text).flatMap((piece) =>
    piece.kind === 'value' && typeof piece.value === 'object' && piece.value !== null ? [piece.value] : [],
  )
}

const MOST_KEYS = 5

/** What a document is that no format knows, in words that quote none of its text. */
export function describeDocument({ form, value, lines = 0 }: InputDocument): string {
  if (form === 'text') return `text (${lines} ${lines === 1 ? 'line' : 'lines'})`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value !== 'object' || value === null) return `a ${value === null ? 'null' : typeof value}`
  const keys = Object.keys(value)
  const shown = keys.slice(0, MOST_KEYS).map(showName).join(', ')
  const table = form === 'json' ? 'an object' : `a ${form} table`
  return `${table} with ${keys.length === 0 ? 'no keys' : shown}${keys.length > MOST_KEYS ? ', …' : ''}`
}
