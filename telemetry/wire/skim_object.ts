/** The position of a value in the text: the offset of its first character, and the offset after its last. */
export interface ValueSpan {
  start: number
  end: number
}

const SPACE = /[ \t\r\n]*/y
const SCALAR = /[-+.0-9A-Za-z]+/y

/**
 * Finds the values of the top-level keys of a JSON object without parsing it, so that a body with megabytes of images costs no
 * more than a search for quotation marks. `text` may be UTF-8 bytes decoded as Latin-1: all syntax is ASCII, and the positions are
 * then byte offsets. Of a repeated key the last one counts, as in `JSON.parse`.
 *
 * @returns null if the text is not an object; the values themselves are not validated.
 */
export function skimObject(text: string): Map<string, ValueSpan> | null {
  const spans = new Map<string, ValueSpan>()
  let at = skipSpace(text, 0)
  if (text[at] !== '{') return null
  at = skipSpace(text, at + 1)
  if (text[at] === '}') return isBlank(text, at + 1) ? spans : null
  for (;;) {
    const keyEnd = text[at] === '"' ? stringEnd(text, at) : -1
    if (keyEnd < 0) return null
    const colon = skipSpace(text, keyEnd)
    if (text[colon] !== ':') return null
    const start = skipSpace(text, colon + 1)
    const end = valueEnd(text, start)
    if (end < 0) return null
    spans.set(text.slice(at + 1, keyEnd - 1), { start, end })
    at = skipSpace(text, end)
    if (text[at] === '}') return isBlank(text, at + 1) ? spans : null
    if (text[at] !== ',') return null
    at = skipSpace(text, at + 1)
  }
}

/** The offset after the JSON value that begins at `at`; -1 if none does. */
export function valueEnd(text: string, at: number): number {
  const first = text[at]
  if (first === '"') return stringEnd(text, at)
  if (first === '{' || first === '[') return nestEnd(text, at)
  SCALAR.lastIndex = at
  return SCALAR.test(text) ? SCALAR.lastIndex : -1
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at
  SPACE.test(text)
  return SPACE.lastIndex
}

function isBlank(text: string, at: number): boolean {
  return skipSpace(text, at) === text.length
}

function stringEnd(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    if (!isEscaped(text, quote)) return quote + 1
  }
  return -1
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === 92) backslashes++
  return backslashes % 2 === 1
}

/** The end of an object or array: brackets are counted outside strings. */
function nestEnd(text: string, at: number): number {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 34) {
      i = stringEnd(text, i) - 1
      if (i < 0) return -1
    } else if (code === 123 || code === 91) depth++
    else if ((code === 125 || code === 93) && --depth === 0) return i + 1
  }
  return -1
}
