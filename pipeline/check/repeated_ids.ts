/** Bits of the filter per id: at 32, one id in sixty has to be looked at closely. */
const BITS_PER_ID = 32
const LEAST_BITS = 2 ** 20
/** 256 MB. */
const MOST_BITS = 2 ** 31

/**
 * Finds the ids that come more than once among many, given as hashes of 64 bits, file by file. Takes 8 bytes per id, and a filter of two bitmaps:
 * a table of all ids would take three times the memory and the time.
 */
export class RepeatedIds {
  readonly #files = new Map<number, BigUint64Array<ArrayBuffer>>()

  /** Sets the ids of a file, in the place of those it had before. */
  set(file: number, ids: BigUint64Array<ArrayBuffer>): void {
    this.#files.set(file, ids)
  }

  /** By id that comes more than once, the files that hold it, as often as they do. */
  find(): Map<bigint, number[]> {
    const repeated = this.#filter()
    const places = new Map<bigint, number[]>()
    for (const [file, ids] of this.#files) {
      const words = new Uint32Array(ids.buffer, ids.byteOffset, 2 * ids.length)
      for (let i = 0; i < ids.length; i++) {
        if (!repeated.has(words[2 * i]!)) continue
        const known = places.get(ids[i]!)
        if (known) known.push(file)
        else places.set(ids[i]!, [file])
      }
    }
    for (const [id, files] of places) if (files.length === 1) places.delete(id)
    return places
  }

  /** The bits that more than one id has: every repeated id is among them, and few others. */
  #filter(): Bits {
    const count = [...this.#files.values()].reduce((sum, { length }) => sum + length, 0)
    const size = Math.min(Math.max(2 ** Math.ceil(Math.log2(count * BITS_PER_ID + 1)), LEAST_BITS), MOST_BITS)
    const seen = new Bits(size)
    const repeated = new Bits(size)
    for (const ids of this.#files.values()) {
      const words = new Uint32Array(ids.buffer, ids.byteOffset, 2 * ids.length)
      for (let i = 0; i < words.length; i += 2) if (!seen.add(words[i]!)) repeated.add(words[i]!)
    }
    return repeated
  }
}

/** A set of whole numbers modulo a power of two. */
class Bits {
  readonly #words: Uint32Array
  readonly #mask: number

  constructor(size: number) {
    this.#words = new Uint32Array(size / 32)
    this.#mask = size - 1
  }

  has(value: number): boolean {
    const bit = value & this.#mask
    return (this.#words[bit >>> 5]! & (1 << (bit & 31))) !== 0
  }

  /** Whether the number was not in the set before. */
  add(value: number): boolean {
    const bit = value & this.#mask
    const before = this.#words[bit >>> 5]!
    this.#words[bit >>> 5] = before | (1 << (bit & 31))
    return (before & (1 << (bit & 31))) === 0
  }
}
