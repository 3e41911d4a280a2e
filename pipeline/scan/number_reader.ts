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
    let digits = 0
    let end = at
    let byte = bytes[end]!
    while (byte >= ZERO && byte <= NINE) {
      digits = digits * 10 + byte - ZERO
      byte = bytes[++end]!
    }
    const whole = end
    if (whole === at || (bytes[at] === ZERO && whole > at + 1)) return
    if (byte === DOT && member.role === 'real' && isDigit(bytes[whole + 1])) {
      byte = bytes[++end]!
      while (byte >= ZERO && byte <= NINE) {
        digits = digits * 10 + byte - ZERO
        byte = bytes[++end]!
      }
    }
    if (isExponent(byte)) this.#readExponent(bytes, at, end, member)
    else this.#accept(toNumber(bytes, at, whole, end, digits), end, member)
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

/**
 * The number written from `at` to `end` with a point at `whole`, given all its digits as one whole number. Up to 15 of them both steps are
 * exact, so it is the nearest double.
 */
function toNumber(bytes: Uint8Array, at: number, whole: number, end: number, digits: number): number {
  if (end - at > EXACT_DIGITS) return Number(latin1(bytes, at, end))
  return end === whole ? digits : digits / POWERS[end - whole - 1]!
}

function latin1(bytes: Uint8Array, at: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1')
}
