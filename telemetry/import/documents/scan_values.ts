import { NOT_JSON, parseJson } from './parse_json.ts'

/** What stands at a place of a text: a JSON value, something that began as one and is damaged or breaks off, or a line of other text. */
export type Piece =
  | { kind: 'value'; line: number; value: unknown }
  | { kind: 'damaged'; line: number }
  | { kind: 'text'; line: number; text: string }

/**
 * Finds the JSON values in a text: one, an array of them (its elements count), one a line, several in a row, all of it with log lines before,
 * between and after. Lines are counted from 1.
 */
export function scanValues(text: string): Piece[] {
  const scan = new Scan(text)
  while (scan.at < text.length && !scan.isExhausted) scan.step()
  if (scan.at < text.length) scan.breakOff()
  return scan.pieces
}

/** A bracket that opens a value: an object with its first key, or an array with its first element. `[INFO]` and `{x}` are none. */
const OPENS_OBJECT = /\{\s*["}]/y
const OPENS_ARRAY = /\[\s*(?:[[\]{"\d-]|null|true|false)/y
/** The array that a benchmark writes: damaged, it still gives its rows. */
const OPENS_ROWS = /\[\s*(?:\{\s*["}]|null\b)/y

/** Characters; some seconds of work. */
const MOST_IN_VAIN = 300_000_000

/** Values and lines of text that a file may hold: more would not fit into memory, and no benchmark writes as many. */
export const MOST_VALUES = 500_000

const BETWEEN = /[\s,]+/y
const INDENT = /[ \t]+/y

class Scan {
  readonly pieces: Piece[] = []
  at = 0
  readonly #text: string
  #line = 1
  /** Where the line ends that the scan is in: looked for once a line, as a line may hold all values of a file. */
  #lineEnd: number
  #inVain = 0

  constructor(text: string) {
    this.#text = text
    this.#lineEnd = endOfLine(text, 0)
  }

  /**
   * Whether the rest is not worth it: so much was read behind values that break off, each of which can cost a pass over the text, or so many
   * values were found.
   */
  get isExhausted(): boolean {
    return this.#inVain > MOST_IN_VAIN || this.pieces.length > MOST_VALUES
  }

  /** Tells that the rest of the text is not read. */
  breakOff(): void {
    this.pieces.push({ kind: 'damaged', line: this.#line })
  }

  /** Reads the value or the line of text that begins at the place of the scan, and moves behind it. */
  step(): void {
    const start = skip(this.#text, this.at, BETWEEN)
    this.#moveTo(start)
    if (start >= this.#text.length) return
    if (opens(OPENS_OBJECT, this.#text, start)) this.#readValue(start)
    else if (this.#isArray(start)) this.#readElements(start)
    else this.#readLine(start)
  }

  #readValue(start: number): void {
    const end = this.#endOf(start)
    const value = end === null ? NOT_JSON : parseJson(this.#text.slice(start, end).trim())
    if (value === NOT_JSON) this.pieces.push({ kind: 'damaged', line: this.#line })
    else this.pieces.push({ kind: 'value', line: this.#line, value })
    this.#moveTo(end ?? resumeAfter(this.#text, start))
  }

  /** Element by element, so that an array that breaks off still gives its elements. */
  #readElements(start: number): void {
    this.#moveTo(start + 1)
    for (;;) {
      this.#moveTo(skip(this.#text, this.at, BETWEEN))
      const char = this.#text[this.at]
      if (char === undefined) return
      if (char === ']') break
      if (this.isExhausted) return
      this.#readValue(this.at)
    }
    this.#moveTo(this.at + 1)
  }

  /** Whether a bracket opens an array of results or of anything, and is not the beginning of a log line such as `[12] loading`. */
  #isArray(start: number): boolean {
    if (opens(OPENS_ROWS, this.#text, start)) return true
    if (!opens(OPENS_ARRAY, this.#text, start)) return false
    const end = this.#endOf(start)
    if (end === null || parseJson(this.#text.slice(start, end)) === NOT_JSON) return false
    return /^\s*(?:$|[,[{])/.test(this.#text.slice(end, endOfLine(this.#text, end)))
  }

  /** A line of a log, which may end in a value: `12:00:01 INFO {"a":1}`. */
  #readLine(start: number): void {
    const end = endOfLine(this.#text, start)
    const text = this.#text.slice(start, end).trimEnd()
    const value = text === 'null' ? null : valueAtEnd(text)
    if (value === NOT_JSON) this.pieces.push({ kind: 'text', line: this.#line, text })
    else this.pieces.push({ kind: 'value', line: this.#line, value })
    this.#moveTo(end)
  }

  #endOf(start: number): number | null {
    const end = endOfValue(this.#text, start)
    if (end === null) this.#inVain += this.#text.length - start
    return end
  }

  #moveTo(at: number): void {
    for (; this.#lineEnd < at; this.#lineEnd = endOfLine(this.#text, this.#lineEnd + 1)) this.#line++
    this.at = at
  }
}

function valueAtEnd(line: string): unknown {
  const open = line.search(/\{\s*"/)
  return open > 0 && line.endsWith('}') ? parseJson(line.slice(open)) : NOT_JSON
}

function opens(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

function skip(text: string, from: number, what: RegExp): number {
  what.lastIndex = from
  return what.test(text) ? what.lastIndex : from
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/**
 * The index after the value that begins at `from`: after its closing bracket, or before the comma or bracket that follows a plain value.
 * Null if the text ends first, or a string that is never closed stands in it.
 */
function endOfValue(text: string, from: number): number | null {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === '"') {
      const close = endOfString(text, at)
      if (close === null) return null
      at = close
    } else if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') {
      if (depth === 0) return at
      if (--depth === 0) return at + 1
    } else if (char === ',' && depth === 0) return at
  }
  return null
}

/** The index of the quote that closes the string opened at `from`; null if it is not closed on its line, as JSON demands. */
function endOfString(text: string, from: number): number | null {
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at]
    if (char === '"') return at
    if (char === '\n') return null
    if (char === '\\') at++
  }
  return null
}

/** Where to read on after a value that breaks off: at the next line that opens one and is indented no more, else at the end. */
function resumeAfter(text: string, start: number): number {
  const indent = start - (text.lastIndexOf('\n', start) + 1)
  for (let line = endOfLine(text, start) + 1; line > 0 && line < text.length; line = endOfLine(text, line) + 1) {
    const first = skip(text, line, INDENT)
    if (first - line <= indent && (text[first] === '{' || text[first] === '[')) return first
  }
  return text.length
}
