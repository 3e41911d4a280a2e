import type { AnonymizedExport } from '../index.ts'
import { parseLine } from '../strict_json.ts'
import { LINE_END, type Part } from './template_tree.ts'
import { VARIABLES, type Variable } from './variable.ts'

/**
 * The template of a line that holds a valid sample: its texts and the variables between them. Null where a value is written in a way that ValueReader
 * does not read, such as a number with an exponent.
 */
export function readTemplate(line: string, sample: AnonymizedExport): Part[] | null {
  const parsed = parseLine(line)
  if (!parsed.ok) return null
  const places: { variable: number; start: number; end: number }[] = []
  for (const [number, variable] of VARIABLES.entries()) {
    const value = (sample as Record<string, unknown>)[variable.key]
    if (value === undefined || value === null) continue
    const place = findValue(line, parsed.columns.get(variable.key)!.value - 1, variable, String(value))
    if (place === null) return null
    if (place.end > place.start) places.push({ variable: number, ...place })
  }
  places.sort((a, b) => a.start - b.start)
  const encoder = new TextEncoder()
  let at = 0
  const parts = places.map(({ variable, start, end }) => {
    const text = encoder.encode(line.slice(at, start))
    at = end
    return { text, variable }
  })
  return [...parts, { text: encoder.encode(line.slice(at).trimEnd()), variable: LINE_END }]
}

const PLAIN_NUMBER = /^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?![0-9.eE+-])/

/** Where the variable part of a value lies; empty where it has none; null where it is not written plainly. */
function findValue(line: string, at: number, variable: Variable, value: string) {
  if (variable.kind === 'number') {
    const text = PLAIN_NUMBER.exec(line.slice(at, at + 24))?.[0]
    return text === undefined ? null : { start: at, end: at + text.length }
  }
  // With an escape in it, a text is not written as it is.
  if (line.slice(at + 1, at + 1 + value.length) !== value) return null
  if (variable.kind === 'day') return { start: at + 1, end: at + 11 }
  const prefix = value.startsWith(variable.prefix) ? variable.prefix.length : value.length
  return { start: at + 1 + prefix, end: at + 1 + value.length }
}
