import { VARIABLES } from './variable.ts'

const DOT = 46
const ZERO = 48
const NINE = 57
/** Most digits of a number that a double holds exactly. */
const EXACT_DIGITS = 15
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i)
const IS_HEX = Uint8Array.from({ length: 256 }, (_, byte) => (/[0-9a-f]/.test(String.fromCharCode(byte)) ? 1 : 0))
const TOKENS_IN = VARIABLES.findIndex(({ key }) => key === 'tokens_in')
const TOKENS_IN_CACHED = VARIABLES.findIndex(({ key }) => key === 'tokens_in_cached')
const JOB_ID = VARIABLES.findIndex(({ key }) => key === 'job_id')
const DAYS_FROM = 20_000_000

/**
 * Reads the variables of samples from bytes. Stricter than the contract where that makes it simple (no exponents, at most 15 digits): what it does
 * not accept is not wrong yet, only to be read by zod.
 */
export class ValueReader {
  /** Numbers of the last line by number of their variable; NaN where null or absent. */
  readonly values = new Float64Array(VARIABLES.length)
  /** The day of the last line as a number, YYYYMMDD. */
  day = 0
  /** Where the id of the last line begins and ends. */
  idStart = 0
  idEnd = 0
  readonly #bytes: Buffer
  /** Days that were accepted, from DAYS_FROM on: a file has few. */
  readonly #days = new Uint8Array(1_000_000)

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Whether the one rule between measurements holds (EVENT_RULES); the others hold for all lines of a template or none. */
  get isConsistent(): boolean {
    return !(this.values[TOKENS_IN_CACHED]! > this.values[TOKENS_IN]!)
  }

  /** Forgets the values of the line before. */
  reset(): void {
    // A loop: for so few values faster than fill().
    for (let i = 0; i < this.values.length; i++) this.values[i] = Number.NaN
  }

  /** Reads the variable of a number at `at`; returns its end, -1 where it has not the right form. */
  read(at: number, number: number): number {
    const variable = VARIABLES[number]!
    if (variable.kind === 'number') return this.#readNumber(at, number, variable.whole, variable.min, variable.max)
    if (variable.kind === 'day') return this.#readDay(at, variable.pattern)
    const end = this.#skipHex(at)
    if (end - at < variable.least || end - at > variable.most) return -1
    if (number === JOB_ID) {
      this.idStart = at
      this.idEnd = end
    }
    return end
  }

  #readNumber(at: number, number: number, whole: boolean, min: number, max: number): number {
    const bytes = this.#bytes
    let digits = 0
    let end = at
    let byte = bytes[end]!
    while (byte >= ZERO && byte <= NINE) {
      digits = digits * 10 + byte - ZERO
      byte = bytes[++end]!
    }
    const point = end
    if (point === at || (bytes[at] === ZERO && point > at + 1)) return -1
    if (byte === DOT && !whole) {
      byte = bytes[++end]!
      while (byte >= ZERO && byte <= NINE) {
        digits = digits * 10 + byte - ZERO
        byte = bytes[++end]!
      }
      if (end === point + 1) return -1
    }
    if (end - at > EXACT_DIGITS) return -1
    // Up to 15 digits both steps are exact, so it is the nearest double.
    const value = end === point ? digits : digits / POWERS[end - point - 1]!
    if (!(value >= min && value <= max)) return -1
    this.values[number] = value
    return end
  }

  #skipHex(at: number): number {
    let end = at
    while (IS_HEX[this.#bytes[end]!] === 1) end++
    return end
  }

  /** YYYY-MM-DD; the time behind it is midnight and part of the template. */
  #readDay(start: number, pattern: RegExp): number {
    let day = 0
    for (let i = 0; i < 10; i++) {
      const byte = this.#bytes[start + i]!
      if (i === 4 || i === 7) {
        if (byte !== 45) return -1
      } else if (byte < ZERO || byte > NINE) return -1
      else day = day * 10 + byte - ZERO
    }
    if (this.#days[day - DAYS_FROM] !== 1) {
      if (!pattern.test(`${this.#bytes.toString('latin1', start, start + 10)}T00:00:00Z`)) return -1
      this.#days[day - DAYS_FROM] = 1
    }
    this.day = day
    return start + 10
  }
}
