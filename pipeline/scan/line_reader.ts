import { encodeText, hasText, type Text } from './bytes.ts'
import { MEMBERS, type Measurement, type Member, REQUIRED_MEMBERS } from './member.ts'
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

const JOB_ID = MEMBERS.findIndex(({ key }) => key === 'job_id')
const TS = MEMBERS.findIndex(({ key }) => key === 'ts')
const REQUIRED = 2 ** REQUIRED_MEMBERS.length - 1

/** What reading the value of a member takes. */
interface MemberReader {
  member: Member
  /** The key between quotes, and a colon. */
  name: Text
  /** Identifiers: what their text must match. */
  matches: TextMatcher | null
  /** Dictionary members, and the nulls of measurements. */
  pool: TextPool
}

/**
 * Reads samples from the bytes of JSONL lines, in any order of keys and with blanks between tokens. Stricter than the contract where that makes
 * it simple (no escapes in strings): a line that it does not accept is not wrong yet, only to be reviewed.
 */
export class LineReader {
  /** Measurements of the last line by number of their member; NaN where null or absent. */
  readonly values = new Float64Array(MEMBERS.length)
  /** By number of the member: the number of the text of a dictionary member, or of a null measurement; 0 where the line has none. */
  readonly texts = new Int32Array(MEMBERS.length)
  /** A hash of `texts`. */
  hash = 0
  /** The day of the last line as a number, YYYYMMDD. */
  day = 0
  /** Where the id of the last line begins and ends, between its quotes. */
  idStart = 0
  idEnd = 0
  readonly #readers: readonly MemberReader[]
  /** Which member stood at which place in the line before: programs write every line alike. */
  readonly #order = Int32Array.from(MEMBERS, (_, i) => i)
  readonly #number = new NumberReader()
  readonly #bytes: Buffer
  readonly #view: DataView<ArrayBufferLike>
  /** Days that were accepted, from DAYS_FROM on. */
  readonly #days = new Uint8Array(1_000_000)

  /** @param bytes that lines are read from, with room for the longest line behind the last one */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#readers = MEMBERS.map((member) => ({
      member,
      name: encodeText(new TextEncoder().encode(`"${member.key}":`)),
      matches: member.role === 'identifier' ? textMatcher(member.pattern) : null,
      pool: new TextPool(),
    }))
  }

  /** Reads the line that begins at `start`; returns where its newline is, -1 where it is not accepted. */
  read(start: number): number {
    const bytes = this.#bytes
    // A loop: for so few values faster than fill().
    for (let i = 0; i < MEMBERS.length; i++) {
      this.values[i] = Number.NaN
      this.texts[i] = 0
    }
    this.hash = 0
    if (bytes[start] !== OPEN) return -1
    let seen = 0
    let at = start + 1
    for (let place = 0; place < MEMBERS.length; place++) {
      at = skipBlanks(bytes, at)
      const index = this.#findKey(at, place)
      if (index === -1 || (seen & (1 << index)) !== 0) return -1
      seen |= 1 << index
      at = this.#readValue(skipBlanks(bytes, at + this.#readers[index]!.name.bytes.length), index)
      if (at === -1) return -1
      at = skipBlanks(bytes, at)
      if (bytes[at] === CLOSE) return (seen & REQUIRED) === REQUIRED ? endOfLine(bytes, at + 1) : -1
      if (bytes[at] !== COMMA) return -1
      at++
    }
    return -1
  }

  /** The texts of the last line by key. */
  readTexts(): Record<string, string> {
    const texts: Record<string, string> = {}
    for (const [index, number] of this.texts.entries())
      if (number > 0) texts[MEMBERS[index]!.key] = this.#readers[index]!.pool.text(number)
    return texts
  }

  /** The number of the member whose key stands at `at`: the one that stood here in the line before, or any other. */
  #findKey(at: number, place: number): number {
    const expected = this.#order[place]!
    if (hasText(this.#bytes, this.#view, at, this.#readers[expected]!.name)) return expected
    const found = this.#readers.findIndex(({ name }) => hasText(this.#bytes, this.#view, at, name))
    if (found !== -1) this.#order[place] = found
    return found
  }

  /** Reads the value at `at`; returns its end, -1 where it has not the right form. */
  #readValue(at: number, index: number): number {
    const { member, matches } = this.#readers[index]!
    if (member.role === 'dictionary') return this.#keepText(at, index)
    if (this.#bytes[at] === NULL_START) return member.nullable ? this.#keepText(at, index) : -1
    return member.role === 'identifier'
      ? this.#readIdentifier(at, index, matches!)
      : this.#readNumber(at, index, member)
  }

  #readNumber(at: number, index: number, member: Measurement): number {
    this.#number.read(this.#bytes, at, member)
    if (this.#number.end !== -1) this.values[index] = this.#number.value
    return this.#number.end
  }

  #readIdentifier(at: number, index: number, matches: TextMatcher): number {
    if (this.#bytes[at] !== QUOTE) return -1
    const end = index === TS ? this.#readDay(at + 1, matches) : matches(this.#bytes, at + 1)
    if (index === JOB_ID) {
      this.idStart = at + 1
      this.idEnd = end
    }
    return end === -1 ? -1 : end + 1
  }

  /** A file has few days: the digits of one that was accepted are looked up instead of matched again. */
  #readDay(start: number, matches: TextMatcher): number {
    if (!hasText(this.#bytes, this.#view, start + 10, MIDNIGHT)) return -1
    const day = dayNumber(this.#bytes, start)
    if (this.#days[day - DAYS_FROM] !== 1) {
      if (day === -1 || matches(this.#bytes, start) === -1) return -1
      this.#days[day - DAYS_FROM] = 1
    }
    this.day = day
    return start + 20
  }

  #keepText(at: number, index: number): number {
    const { pool } = this.#readers[index]!
    const number = pool.read(this.#bytes, this.#view, at)
    if (number === 0) return -1
    this.texts[index] = number
    this.hash = Math.imul(this.hash ^ ((index << 24) | number), 0x01000193)
    return pool.end
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
function endOfLine(bytes: Uint8Array, at: number): number {
  let i = skipBlanks(bytes, at)
  if (bytes[i] === RETURN) i++
  return bytes[i] === NEWLINE ? i : -1
}
