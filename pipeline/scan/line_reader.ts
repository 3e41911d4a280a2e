import { encodeText, hasText, type Text } from './bytes.ts'
import type { LineForm, Measurement, Member } from './member.ts'
import { NumberReader } from './number_reader.ts'
import { type TextMatcher, textMatcher } from './text_matcher.ts'
import { TextPool } from './text_pool.ts'

const NEWLINE = 10
const RETURN = 13
const BLANK = 32
const QUOTE = 34
const COMMA = 44
const OPEN = 123
const CLOSE = 125
const NULL_START = 110

interface Reader {
  member: Member
  /** The key, its closing quote and a colon. */
  name: Text
  /** Bit that stands for the key in a set of keys. */
  bit: number
  /** Identifiers: what their text must match. */
  matches: TextMatcher | null
}

/**
 * Reads JSONL lines of one contract from bytes, in any order of keys and with blanks between tokens. Stricter than the contract where that
 * makes it simple (no escapes in strings): a line that it does not accept is not wrong yet, only to be looked at.
 */
export class LineReader {
  /** Values of the measurements of the last line by number of the key; NaN where null or absent, and always behind the last key. */
  readonly values: Float64Array
  /** By number of the key: the number of the text of a dictionary member, or of a null measurement; 0 where there is none. */
  readonly texts: Int32Array
  /** A hash of `texts`. */
  hash = 0
  /** Start, end and number of the key of each identifier and measurement of the last line, one after the other. */
  readonly marks: Int32Array
  markCount = 0
  /** The day of the identifier `ts` as a number, YYYYMMDD; 0 where null. */
  day = 0
  readonly keys: string[]
  readonly #readers: Reader[]
  readonly #required: number
  /** Which key stood at which place in the line before: programs write every line alike. */
  readonly #order: Int32Array
  readonly #number = new NumberReader()
  readonly #pools: TextPool[]
  #view: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0))
  /** Days that were accepted, from DAYS_FROM on. */
  readonly #days = new Uint8Array(1_000_000)

  constructor(form: LineForm) {
    const members = [...form.required, ...form.optional]
    this.keys = members.map(({ key }) => key)
    this.#readers = members.map((member, i) => ({
      member,
      name: encodeText(new TextEncoder().encode(`${member.key}":`)),
      bit: 1 << i,
      matches: member.role === 'identifier' ? textMatcher(member.pattern) : null,
    }))
    this.#required = 2 ** form.required.length - 1
    this.#order = Int32Array.from(members, (_, i) => i)
    this.values = new Float64Array(members.length + 1)
    this.texts = new Int32Array(members.length)
    this.marks = new Int32Array(3 * members.length)
    this.#pools = members.map(() => new TextPool())
  }

  /** Sets the bytes that lines are read from. */
  open(bytes: Buffer): void {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Reads the line of the opened bytes that begins at `start`; returns where its newline is (or the end of the file), -1 where it is not accepted. */
  read(bytes: Buffer, start: number): number {
    this.reset()
    this.texts.fill(0)
    this.hash = 0
    this.markCount = 0
    if (bytes[start] !== OPEN) return -1
    let seen = 0
    let at = start + 1
    for (let place = 0; place < this.#readers.length; place++) {
      at = skipBlanks(bytes, at)
      const index = this.#findKey(bytes, at, place)
      if (index === -1) return -1
      const reader = this.#readers[index]!
      if ((seen & reader.bit) !== 0) return -1
      seen |= reader.bit
      at = this.#readValue(bytes, skipBlanks(bytes, at + 1 + reader.name.bytes.length), reader, index)
      if (at === -1) return -1
      at = skipBlanks(bytes, at)
      if (bytes[at] === CLOSE) return (seen & this.#required) === this.#required ? endOfLine(bytes, at + 1) : -1
      if (bytes[at] !== COMMA) return -1
      at++
    }
    return -1
  }

  /** Forgets the values of the line before. */
  reset(): void {
    // A loop: for so few values faster than fill().
    for (let i = 0; i < this.values.length; i++) this.values[i] = Number.NaN
    this.day = 0
  }

  /** Reads the value of an identifier or measurement that is not null; returns its end, -1 where it has not the right form. */
  readVariable(bytes: Buffer, at: number, index: number): number {
    const { member, matches } = this.#readers[index]!
    if (member.role === 'identifier') return this.#readIdentifier(bytes, at, member.key === 'ts', matches!)
    return this.#readNumber(bytes, at, member as Measurement, index)
  }

  /** The number of the key at `at`: the one that stood here in the line before, or any other. */
  #findKey(bytes: Buffer, at: number, place: number): number {
    if (bytes[at] !== QUOTE) return -1
    const expected = this.#order[place]!
    if (hasText(bytes, this.#view, at + 1, this.#readers[expected]!.name)) return expected
    const found = this.#readers.findIndex(({ name }) => hasText(bytes, this.#view, at + 1, name))
    if (found !== -1) this.#order[place] = found
    return found
  }

  #readValue(bytes: Buffer, at: number, { member }: Reader, index: number): number {
    if (member.role === 'dictionary') return this.#keepText(bytes, at, index)
    if (bytes[at] === NULL_START) return member.nullable ? this.#keepText(bytes, at, index) : -1
    const end = this.readVariable(bytes, at, index)
    const { marks, markCount } = this
    marks[markCount] = at
    marks[markCount + 1] = end
    marks[markCount + 2] = index
    this.markCount = markCount + 3
    return end
  }

  #readNumber(bytes: Buffer, at: number, member: Measurement, index: number): number {
    this.#number.read(bytes, at, member)
    if (this.#number.end !== -1) this.values[index] = this.#number.value
    return this.#number.end
  }

  #readIdentifier(bytes: Buffer, at: number, isDay: boolean, matches: TextMatcher): number {
    if (bytes[at] !== QUOTE) return -1
    const end = isDay ? this.#readDay(bytes, at + 1, matches) : matches(bytes, at + 1)
    return end === -1 ? -1 : end + 1
  }

  /** A file has few days: the digits of one that was accepted are looked up instead of matched again. */
  #readDay(bytes: Buffer, start: number, matches: TextMatcher): number {
    if (!hasText(bytes, this.#view, start + 10, MIDNIGHT)) return -1
    const day = dayNumber(bytes, start)
    if (this.#days[day - DAYS_FROM] !== 1) {
      if (day === -1 || matches(bytes, start) === -1) return -1
      this.#days[day - DAYS_FROM] = 1
    }
    this.day = day
    return start + 20
  }

  #keepText(bytes: Buffer, at: number, index: number): number {
    const pool = this.#pools[index]!
    const number = pool.read(bytes, this.#view, at)
    if (number === 0) return -1
    this.texts[index] = number
    this.hash = Math.imul(this.hash ^ ((index << 24) | number), 0x01000193)
    return pool.end
  }

  /** The texts of the last line by key. */
  readTexts(): Record<string, string> {
    const texts: Record<string, string> = {}
    for (const [index, number] of this.texts.entries()) {
      if (number > 0) texts[this.keys[index]!] = this.#pools[index]!.text(number)
    }
    return texts
  }
}

const MIDNIGHT = encodeText(new TextEncoder().encode('T00:00:00Z"'))
const DAYS_FROM = 20_000_000

/** YYYY-MM-DD as a number that no other ten bytes of digits and hyphens have; -1 where the bytes are others. */
function dayNumber(bytes: Uint8Array, start: number): number {
  let number = 0
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i]!
    if (i === 4 || i === 7) {
      if (byte !== 45) return -1
    } else {
      if (byte < 48 || byte > 57) return -1
      number = number * 10 + byte - 48
    }
  }
  return number
}

function skipBlanks(bytes: Uint8Array, at: number): number {
  let i = at
  while (bytes[i] === BLANK) i++
  return i
}

/** Where the line's newline is, given that nothing but blanks and a carriage return may come before it; -1 otherwise. */
export function endOfLine(bytes: Uint8Array, at: number): number {
  let i = skipBlanks(bytes, at)
  if (bytes[i] === RETURN) i++
  return i >= bytes.length || bytes[i] === NEWLINE ? i : -1
}
