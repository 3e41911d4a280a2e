import type { Measurement } from './member.ts'

const DOT = 46
const ZERO = 48
const NINE = 57
const EXPONENT = /^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?[eE][+-]?[0-9]+$/
/** Most digits of a number that a double holds exactly. */
const EXACT_DIGITS = 15
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i)

/** Reads numbers of a contract from bytes, as strictly as the contract, in the form that our own tools write. */
export class NumberReader {
  /** What was read last. */
  value = Number.NaN
  /** Where the number ended; -1 where there is none of the right form. */
  end = -1

  /** Reads the value of a measurement at `at`, up to a byte that is not part of it. */
  read(bytes: Uint8Array, at: number, member: Measurement): void {
    this.end = -1
    const whole = skipDigits(bytes, at)
    if (whole === at || (bytes[at] === ZERO && whole > at + 1)) return
    const end = member.role === 'real' ? skipFraction(bytes, whole) : whole
    if (isExponent(bytes[end])) this.#readExponent(bytes, at, end, member)
    else this.#accept(parse(bytes, at, whole, end), end, member)
  }

  #readExponent(bytes: Uint8Array, at: number, from: number, member: Measurement): void {
    let end = from + 1
    while (bytes[end] === 43 || bytes[end] === 45 || isDigit(bytes[end])) end++
    const text = latin1(bytes, at, end)
    if (member.role === 'real' && EXPONENT.test(text)) this.#accept(Number(text), end, member)
  }

  #accept(value: number, end: number, { min, max }: Measurement): void {
    if (!(value >= min && value <= max)) return
    this.value = value
    this.end = end
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE
}

function isExponent(byte: number | undefined): boolean {
  return byte === 101 || byte === 69
}

function skipDigits(bytes: Uint8Array, at: number): number {
  let i = at
  while (isDigit(bytes[i])) i++
  return i
}

/** The end of `.` and at least one digit; `at` itself where there is no fraction. */
function skipFraction(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== DOT) return at
  const end = skipDigits(bytes, at + 1)
  return end === at + 1 ? at : end
}

/** The number whose digits run from `at` to `end` with a point at `whole`. Both steps are exact up to 15 digits, so it is the nearest double. */
function parse(bytes: Uint8Array, at: number, whole: number, end: number): number {
  if (end - at > EXACT_DIGITS) return Number(latin1(bytes, at, end))
  let digits = 0
  for (let i = at; i < end; i++) if (i !== whole) digits = digits * 10 + bytes[i]! - ZERO
  return end === whole ? digits : digits / POWERS[end - whole - 1]!
}

function latin1(bytes: Uint8Array, at: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1')
}
