/** The JSON in the output of a tool, also after lines of warnings; undefined if there is none. */
export function parseJsonOutput(text: string): unknown {
  for (const start of [0, ...lineStarts(text)]) {
    if (!/[[{]/.test(text[start] ?? '')) continue
    try {
      return JSON.parse(text.slice(start))
    } catch {
      // It may begin at the next line.
    }
  }
  return undefined
}

/** The entries of a list, of the first list under one of the keys, or the object itself as the only entry. */
export function entriesOf(value: unknown, ...keys: string[]): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.filter(isRecord)
  if (!isRecord(value)) return []
  const list = keys.map((key) => value[key]).find(Array.isArray)
  return list === undefined ? [value] : list.filter(isRecord)
}

/** The value at a path of keys. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value)
}

/** A number, also as text or as `{value, unit}`; null if it is none (`"N/A"`). */
export function numberOf(value: unknown): number | null {
  const plain = isRecord(value) ? value.value : value
  if (typeof plain === 'number') return Number.isFinite(plain) ? plain : null
  return typeof plain === 'string' && /^\d+(\.\d+)?$/.test(plain.trim()) ? Number(plain) : null
}

/** The text of a value; empty for `N/A` and the like. */
export function textOf(value: unknown): string {
  return typeof value === 'string' && !/^(n\/a|unknown)?$/i.test(value.trim()) ? value.trim() : ''
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function lineStarts(text: string): number[] {
  return [...text.matchAll(/\n/g)].map((match) => match.index + 1)
}
