/** The label of what came after the limit was reached, and of names that are too long. */
export const OTHER = 'other'
const MAX_LENGTH = 128

/** Keeps the number of values of a label small: the first ones are kept by name, later ones are `other`. */
export class LabelLimit {
  readonly #known: Set<string>
  readonly #limit: number

  /** @param always values that are kept in any case, and do not count */
  constructor(limit: number, always: Iterable<string> = []) {
    this.#known = new Set(always)
    this.#limit = limit + this.#known.size
  }

  has(value: string): boolean {
    return this.#known.has(value)
  }

  labelOf(value: string): string {
    if (this.#known.has(value)) return value
    if (value.length > MAX_LENGTH || this.#known.size >= this.#limit) return OTHER
    this.#known.add(value)
    return value
  }
}
