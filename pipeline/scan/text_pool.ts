import { encodeText, endOfScalar, hasText, isWordByte, type Text } from './bytes.ts'

/** Texts that are tried one after the other before a string is made and looked up. */
const TRIED = 12

/** The distinct texts of one key, numbered from 1 in the order in which they came. */
export class TextPool {
  /** Where the text that was read last ended. */
  end = -1
  readonly #texts: { text: Text; word: boolean }[] = []
  readonly #numbers = new Map<string, number>()
  #last = 0

  /** The number of the string or bare word at `at`; 0 where there is neither. The one that came last is tried first. */
  read(bytes: Buffer, view: DataView, at: number): number {
    if (this.#last > 0 && this.#isAt(bytes, view, at, this.#last)) return this.#last
    const most = Math.min(this.#texts.length, TRIED)
    for (let number = 1; number <= most; number++) {
      if (number !== this.#last && this.#isAt(bytes, view, at, number)) {
        this.#last = number
        return number
      }
    }
    return this.#lookUp(bytes, at)
  }

  /** The text of a number. */
  text(number: number): string {
    return Buffer.from(this.#texts[number - 1]!.text.bytes).toString('latin1')
  }

  #isAt(bytes: Buffer, view: DataView, at: number, number: number): boolean {
    const { text, word } = this.#texts[number - 1]!
    if (!hasText(bytes, view, at, text)) return false
    this.end = at + text.bytes.length
    return !word || !isWordByte(bytes[this.end])
  }

  #lookUp(bytes: Buffer, at: number): number {
    const end = endOfScalar(bytes, at)
    if (end === -1) return 0
    this.end = end
    const string = bytes.toString('latin1', at, end)
    let number = this.#numbers.get(string)
    if (number === undefined) {
      this.#texts.push({ text: encodeText(Uint8Array.from(bytes.subarray(at, end))), word: bytes[at] !== 34 })
      number = this.#texts.length
      this.#numbers.set(string, number)
    }
    this.#last = number
    return number
  }
}
