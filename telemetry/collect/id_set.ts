/** The first 64 bits of a job id of an export, in two words; never all 0. */
export interface JobId {
  high: number
  low: number
}

/** @param digits the id, or its first 16 hexadecimal digits */
export function readJobId(digits: string): JobId {
  const high = Number.parseInt(digits.slice(0, 8), 16)
  const low = Number.parseInt(digits.slice(8, 16), 16)
  return { high, low: high === 0 && low === 0 ? 1 : low }
}

/** Tables that grow one after the other, so that memory does not double at once. */
const TABLES = 16
const FIRST_SLOTS = 8
const FULL = 0.8
const GROWTH = 1.5
const WORD = 2 ** 32

/**
 * A set of job ids: 10 to 15 bytes of memory for each. An export's id is the output of a keyed hash, so that the first 64 bits of two of ten
 * million coincide with a probability of 3 in a million.
 */
export class IdSet {
  readonly #tables = Array.from({ length: TABLES }, () => new IdTable())

  get size(): number {
    return this.#tables.reduce((sum, { size }) => sum + size, 0)
  }

  has({ high, low }: JobId): boolean {
    return this.#tables[low % TABLES]!.has(high, low)
  }

  add({ high, low }: JobId): void {
    this.#tables[low % TABLES]!.add(high, low)
  }
}

/** Open addressing with linear probing; a slot is two words, both 0 where it is free. */
class IdTable {
  #slots = FIRST_SLOTS
  #words = new Uint32Array(2 * FIRST_SLOTS)
  size = 0

  has(high: number, low: number): boolean {
    return this.#isTaken(this.#find(high, low))
  }

  add(high: number, low: number): void {
    if (this.size + 1 > this.#slots * FULL) this.#grow()
    const slot = this.#find(high, low)
    if (this.#isTaken(slot)) return
    this.#words[2 * slot] = high
    this.#words[2 * slot + 1] = low
    this.size += 1
  }

  #grow(): void {
    const before = this.#words
    this.#slots = Math.ceil(this.#slots * GROWTH)
    this.#words = new Uint32Array(2 * this.#slots)
    this.size = 0
    for (let i = 0; i < before.length; i += 2)
      if (before[i] !== 0 || before[i + 1] !== 0) this.add(before[i]!, before[i + 1]!)
  }

  #isTaken(slot: number): boolean {
    return this.#words[2 * slot] !== 0 || this.#words[2 * slot + 1] !== 0
  }

  /** The slot of an id, or the free one where it belongs. */
  #find(high: number, low: number): number {
    let slot = Math.floor((high / WORD) * this.#slots)
    while (this.#isTaken(slot) && (this.#words[2 * slot] !== high || this.#words[2 * slot + 1] !== low))
      slot = slot + 1 === this.#slots ? 0 : slot + 1
    return slot
  }
}
