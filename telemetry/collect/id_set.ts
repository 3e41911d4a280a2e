import { createHash } from 'node:crypto'

const FIRST_SLOTS = 1 << 12

/**
 * A set of job ids as 64-bit hashes: about 16 bytes each, 32 just after it has grown. An id that an export made is the output of a keyed
 * hash, so its first 16 digits serve as they are; two of ten million coincide with a probability of 3 in a million.
 */
export class IdSet {
  #slots = new BigUint64Array(FIRST_SLOTS)
  #size = 0

  get size(): number {
    return this.#size
  }

  has(id: bigint): boolean {
    return this.#slots[this.#find(this.#slots, id)] !== 0n
  }

  add(id: bigint): void {
    const slot = this.#find(this.#slots, id)
    if (this.#slots[slot] !== 0n) return
    this.#slots[slot] = id
    this.#size += 1
    if (this.#size * 2 > this.#slots.length) this.#grow()
  }

  #grow(): void {
    const grown = new BigUint64Array(this.#slots.length * 2)
    for (const id of this.#slots) if (id !== 0n) grown[this.#find(grown, id)] = id
    this.#slots = grown
  }

  /** The slot of an id, or the free one where it belongs. */
  #find(slots: BigUint64Array, id: bigint): number {
    const mask = slots.length - 1
    let slot = Number(id & BigInt(mask))
    while (slots[slot] !== 0n && slots[slot] !== id) slot = (slot + 1) & mask
    return slot
  }
}

const HEX = /^[0-9a-f]{16}/

/** The hash of a job id; never 0. */
export function hashJobId(job_id: string): bigint {
  const digits = HEX.test(job_id) ? job_id.slice(0, 16) : createHash('sha256').update(job_id).digest('hex').slice(0, 16)
  return BigInt(`0x${digits}`) || 1n
}
