import type { LineForm, Measurement, Member } from './member.ts'
import { NumberReader } from './number_reader.ts'
import { type TextMatcher, textMatcher } from './text_matcher.ts'

const NEWLINE = 10
const RETURN = 13
const BLANK = 32
const QUOTE = 34
const COMMA = 44
const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125
const NULL_START = 110

/** Most bytes that the dictionary members of a line can take; a longer line is not one of a contract. */
const KEY_BYTES = 4096

/** A text to compare with: four bytes at a time, then the rest. */
interface Name {
  bytes: Uint8Array
  words: Uint32Array
}

interface Reader {
  member: Member
  /** The key, its closing quote and a colon. */
  name: Name
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
  /** The dictionary members of the last line as number of the key, length in two bytes, and text, one after the other. */
  readonly key = new Uint8Array(KEY_BYTES)
  keyLength = 0
  /** FNV-1a of `key`. */
  keyHash = 0
  /** The text of the identifier `ts`, empty where null. */
  day = ''
  readonly keys: string[]
  readonly #readers: Reader[]
  readonly #required: number
  /** Which key stood at which place in the line before: programs write every line alike. */
  readonly #order: Int32Array
  readonly #number = new NumberReader()
  #view: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0))
  readonly #days = new Map<number, string>()

  constructor(form: LineForm) {
    const members = [...form.required, ...form.optional]
    this.keys = members.map(({ key }) => key)
    this.#readers = members.map((member, i) => ({
      member,
      name: encodeName(`${member.key}":`),
      bit: 1 << i,
      matches: member.role === 'identifier' ? textMatcher(member.pattern) : null,
    }))
    this.#required = 2 ** form.required.length - 1
    this.#order = Int32Array.from(members, (_, i) => i)
    this.values = new Float64Array(members.length + 1)
  }

  /** Sets the bytes that lines are read from. */
  open(bytes: Buffer): void {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Reads the line of the opened bytes that begins at `start`; returns where its newline is (or the end of the file), -1 where it is not accepted. */
  read(bytes: Buffer, start: number): number {
    this.values.fill(Number.NaN)
    this.keyLength = 0
    this.keyHash = 0x811c9dc5 | 0
    this.day = ''
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

  /** The number of the key at `at`: the one that stood here in the line before, or any other. */
  #findKey(bytes: Buffer, at: number, place: number): number {
    if (bytes[at] !== QUOTE) return -1
    const expected = this.#order[place]!
    if (hasName(bytes, this.#view, at + 1, this.#readers[expected]!.name)) return expected
    const found = this.#readers.findIndex(({ name }) => hasName(bytes, this.#view, at + 1, name))
    if (found !== -1) this.#order[place] = found
    return found
  }

  #readValue(bytes: Buffer, at: number, reader: Reader, index: number): number {
    const { member } = reader
    if (member.role === 'dictionary') return this.#keepText(bytes, at, endOfScalar(bytes, at), index)
    if (member.role === 'identifier') return this.#readIdentifier(bytes, at, member, reader.matches!, index)
    if (bytes[at] === NULL_START) return member.nullable ? this.#keepText(bytes, at, endOfScalar(bytes, at), index) : -1
    return this.#readNumber(bytes, at, member, index)
  }

  #readNumber(bytes: Buffer, at: number, member: Measurement, index: number): number {
    this.#number.read(bytes, at, member)
    this.values[index] = this.#number.value
    return this.#number.end
  }

  #readIdentifier(
    bytes: Buffer,
    at: number,
    member: Member & { nullable: boolean },
    matches: TextMatcher,
    index: number,
  ): number {
    if (bytes[at] === NULL_START) return member.nullable ? this.#keepText(bytes, at, endOfScalar(bytes, at), index) : -1
    const end = endOfScalar(bytes, at)
    if (end === -1 || bytes[at] !== QUOTE) return -1
    if (member.key === 'ts') return this.#readDay(bytes, at + 1, end - 1, matches) ? end : -1
    if (!matches(bytes, at + 1, end - 1)) return -1
    return end
  }

  /** A file has few days: the digits of one that was accepted are looked up instead of matched again. */
  #readDay(bytes: Buffer, start: number, end: number, matches: TextMatcher): boolean {
    const digits = end - start === 20 && startsWith(bytes, start + 10, MIDNIGHT) ? dayNumber(bytes, start) : -1
    const known = this.#days.get(digits)
    if (known === undefined && !matches(bytes, start, end)) return false
    this.day = known ?? bytes.toString('latin1', start, end)
    if (digits !== -1) this.#days.set(digits, this.day)
    return true
  }

  #keepText(bytes: Buffer, at: number, end: number, index: number): number {
    const length = end - at
    if (end === -1 || this.keyLength + length + 3 > KEY_BYTES) return -1
    this.addKeyByte(index)
    this.addKeyByte(length >> 8)
    this.addKeyByte(length & 255)
    // Copies in locals: a field written for every byte costs more than all the rest of the line.
    const { key } = this
    let hash = this.keyHash
    let to = this.keyLength
    for (let i = at; i < end; i++) {
      const byte = bytes[i]!
      key[to++] = byte
      hash = Math.imul(hash ^ byte, 0x01000193)
    }
    this.keyHash = hash
    this.keyLength = to
    return end
  }

  addKeyByte(byte: number): void {
    this.key[this.keyLength++] = byte
    this.keyHash = Math.imul(this.keyHash ^ byte, 0x01000193)
  }
}

const MIDNIGHT = new TextEncoder().encode('T00:00:00Z')

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

function encodeName(text: string): Name {
  const bytes = new TextEncoder().encode(text)
  const view = new DataView(bytes.buffer)
  return { bytes, words: Uint32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(4 * i)) }
}

/** Most of a line is names of keys: comparing whole words halves the time that they take. */
function hasName(bytes: Uint8Array, view: DataView, at: number, { bytes: name, words }: Name): boolean {
  if (at + name.length > bytes.length) return false
  for (let i = 0; i < words.length; i++) if (view.getUint32(at + 4 * i) !== words[i]) return false
  for (let i = words.length << 2; i < name.length; i++) if (bytes[at + i] !== name[i]) return false
  return true
}

function startsWith(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false
  return true
}

function skipBlanks(bytes: Uint8Array, at: number): number {
  let i = at
  while (bytes[i] === BLANK) i++
  return i
}

/** The end of a string of printable ASCII without escapes, or of a bare word or number; -1 where there is neither. */
function endOfScalar(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return endOfWord(bytes, at)
  let i = at + 1
  for (;;) {
    const byte = bytes[i]
    if (byte === QUOTE) return i + 1
    if (byte === undefined || byte < BLANK || byte > 126 || byte === BACKSLASH) return -1
    i++
  }
}

/** Letters, digits, signs and points: what zod is to make of them is not decided here. */
function endOfWord(bytes: Uint8Array, at: number): number {
  let i = at
  for (;;) {
    const byte = bytes[i]!
    const part =
      (byte >= 48 && byte <= 57) ||
      (byte >= 97 && byte <= 122) ||
      (byte >= 65 && byte <= 90) ||
      byte === 43 ||
      byte === 45 ||
      byte === 46
    if (!part) return i === at ? -1 : i
    i++
  }
}

/** Where the line's newline is, given that nothing but blanks and a carriage return may come before it; -1 otherwise. */
function endOfLine(bytes: Uint8Array, at: number): number {
  let i = skipBlanks(bytes, at)
  if (bytes[i] === RETURN) i++
  return i >= bytes.length || bytes[i] === NEWLINE ? i : -1
}
