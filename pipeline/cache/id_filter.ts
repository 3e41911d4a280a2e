import { crc32 } from 'node:zlib'

/**
 * A bitmap that tells of most ids that a run does not hold them: two bits of an id lie in one block of it, which the first bits of the id name.
 * With at least eight bits per id it is wrong of one id in twenty (a Bloom filter of two probes, in blocks). It is read from its beginning to
 * its end faster than a few thousand places of the run are, and never misses an id that the run holds.
 */

/** Fewer ids are read as a whole. */
export const LEAST_FILTERED = 2 ** 16
const BITS_PER_ID = 8
const BLOCK_BITS = 9
/** Bits of a piece, which has a checksum of its own: a megabyte. */
const PIECE_BITS = 23

/** How many first bits of an id name a bit of the filter of a run: 2 to the power of that is its size in bits. Null where it has none. */
function addressBits(ids: number): number | null {
  return ids < LEAST_FILTERED ? null : Math.min(Math.ceil(Math.log2(ids * BITS_PER_ID)), 32)
}

/** Bytes of the filter of a run. */
export function filterBytes(ids: number): number {
  const bits = addressBits(ids)
  return bits === null ? 0 : 2 ** (bits - 3)
}

/** How many pieces the filter of a run has. */
export function countPieces(ids: number): number {
  return Math.ceil((8 * filterBytes(ids)) / 2 ** PIECE_BITS)
}

/** The filter of a run that is written. */
export class FilterWriter {
  readonly #words: Uint32Array<ArrayBuffer>
  readonly #shift: number

  constructor(ids: number) {
    this.#words = new Uint32Array(filterBytes(ids) / 4)
    this.#shift = 32 - (addressBits(ids) ?? 32)
  }

  /** @param words of ids, the lower word of each first */
  add(words: Uint32Array): void {
    if (this.#words.length === 0) return
    for (let i = 0; i < words.length; i += 2) {
      const first = words[i + 1]! >>> this.#shift
      const second = secondOf(first, words[i]!)
      this.#words[first >>> 5]! |= 1 << (first & 31)
      this.#words[second >>> 5]! |= 1 << (second & 31)
    }
  }

  /** What is written. */
  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#words.buffer)
  }

  /** The checksum of each piece. */
  checksums(): number[] {
    const bytes = this.bytes()
    const length = 2 ** (PIECE_BITS - 3)
    return Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
      crc32(bytes.subarray(i * length, (i + 1) * length)),
    )
  }
}

/** The filter of a run that was written before, read piece by piece: ids are asked for in the order of their first bits. */
export class FilterReader {
  readonly #shift: number
  readonly #read: (at: number, bytes: Uint8Array) => void
  readonly #checksums: Uint32Array
  readonly #onDamage: () => Error
  readonly #words: Uint32Array<ArrayBuffer>
  #piece = -1

  /**
   * @param ids of the run; at least LEAST_FILTERED
   * @param read fills bytes with those that begin at a place of the filter
   * @param onDamage makes what is thrown where a piece is not what was written
   */
  constructor(
    ids: number,
    read: (at: number, bytes: Uint8Array) => void,
    checksums: Uint32Array,
    onDamage: () => Error,
  ) {
    this.#shift = 32 - addressBits(ids)!
    this.#read = read
    this.#checksums = checksums
    this.#onDamage = onDamage
    this.#words = new Uint32Array(Math.min(filterBytes(ids), 2 ** (PIECE_BITS - 3)) / 4)
  }

  /** Whether the run may hold an id; where not, it does not. */
  mayHold(low: number, high: number): boolean {
    const first = high >>> this.#shift
    const piece = first >>> PIECE_BITS
    if (piece !== this.#piece) this.#load(piece)
    return this.#has(first) && this.#has(secondOf(first, low))
  }

  #has(bit: number): boolean {
    const place = bit & (2 ** PIECE_BITS - 1)
    return ((this.#words[place >>> 5]! >>> (place & 31)) & 1) === 1
  }

  #load(piece: number): void {
    const bytes = new Uint8Array(this.#words.buffer)
    this.#read(piece * 2 ** (PIECE_BITS - 3), bytes)
    if (crc32(bytes) !== this.#checksums[piece]) throw this.#onDamage()
    this.#piece = piece
  }
}

/** The other bit of an id, in the block of the first. */
function secondOf(first: number, low: number): number {
  return ((first >>> BLOCK_BITS) << BLOCK_BITS) | (low & (2 ** BLOCK_BITS - 1))
}
