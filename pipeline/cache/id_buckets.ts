/**
 * Ids, as hashes of 64 bits, put in order of their first bits: then equal ones lie side by side, and a few can be looked up among many without
 * reading those. An id is two 32-bit words, the lower one first, as in a BigUint64Array.
 */

/** Ids of a bucket that is looked through for equal ones, on average. */
const IDS_PER_BUCKET = 8
/** Bits of the first, coarse order: what one of its buckets holds stays in a processor's cache. */
const COARSE_BITS = 9
/** Bits that the second order adds at least, where there are as many. */
export const LEAST_FINE_BITS = 4

/** How many first bits to put `count` ids in order of. */
export function bucketBits(count: number): number {
  return count <= IDS_PER_BUCKET ? 0 : Math.min(Math.ceil(Math.log2(count / IDS_PER_BUCKET)), 30)
}

/** Ids in order of their first bits. */
export interface Stretch {
  words: Uint32Array<ArrayBuffer>
  /** Where each bucket of the stretch begins, in ids; the last of them is the end. */
  starts: Uint32Array
}

/** Orders ids by their first `bits` bits, in two passes. Gives one stretch after the other, whose memory is used again for the next. */
export function* orderIds(parts: readonly BigUint64Array<ArrayBuffer>[], bits: number): Generator<Stretch> {
  const coarse = Math.min(Math.max(bits - LEAST_FINE_BITS, 0), COARSE_BITS)
  const { words, starts } = scatterCoarse(parts, coarse)
  const fine = bits - coarse
  const longest = starts.reduce((most, start, i) => Math.max(most, i === 0 ? 0 : start - starts[i - 1]!), 0)
  const ordered = new Uint32Array(2 * longest)
  const fineStarts = new Uint32Array(2 ** fine + 1)
  for (let i = 0; i + 1 < starts.length; i++) {
    const stretch = words.subarray(2 * starts[i]!, 2 * starts[i + 1]!)
    orderStretch(stretch, coarse, fine, ordered, fineStarts)
    yield { words: ordered.subarray(0, stretch.length), starts: fineStarts }
  }
}

function scatterCoarse(
  parts: readonly BigUint64Array<ArrayBuffer>[],
  bits: number,
): { words: Uint32Array<ArrayBuffer>; starts: Uint32Array } {
  const views = parts.map((part) => new Uint32Array(part.buffer, part.byteOffset, 2 * part.length))
  const starts = new Uint32Array(2 ** bits + 1)
  for (const view of views) countBuckets(view, 0, bits, starts)
  sumUp(starts)
  const words = new Uint32Array(2 * starts[2 ** bits]!)
  const places = starts.slice()
  for (const view of views) place(view, 0, bits, words, places)
  return { words, starts }
}

/** Orders ids that share their first `skipped` bits by the next `bits`, and notes where each bucket starts. */
export function orderStretch(
  from: Uint32Array,
  skipped: number,
  bits: number,
  into: Uint32Array,
  starts: Uint32Array,
): void {
  starts.fill(0)
  countBuckets(from, skipped, bits, starts)
  sumUp(starts)
  place(from, skipped, bits, into, starts.slice())
}

function countBuckets(words: Uint32Array, skipped: number, bits: number, counts: Uint32Array): void {
  if (bits === 0) {
    counts[1]! += words.length / 2
    return
  }
  for (let i = 1; i < words.length; i += 2) counts[((words[i]! << skipped) >>> (32 - bits)) + 1]!++
}

function sumUp(counts: Uint32Array): void {
  for (let i = 1; i < counts.length; i++) counts[i]! += counts[i - 1]!
}

function place(words: Uint32Array, skipped: number, bits: number, into: Uint32Array, places: Uint32Array): void {
  if (bits === 0) {
    into.set(words, 2 * places[0]!)
    places[0]! += words.length / 2
    return
  }
  for (let i = 0; i < words.length; i += 2) {
    const high = words[i + 1]!
    const at = 2 * places[(high << skipped) >>> (32 - bits)]!++
    into[at] = words[i]!
    into[at + 1] = high
  }
}

/** Adds to `repeated` every id that comes more than once in a bucket of a stretch. */
export function collectRepeated(words: Uint32Array<ArrayBuffer>, starts: Uint32Array, repeated: Set<bigint>): void {
  for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
    const end = 2 * starts[bucket + 1]!
    for (let i = 2 * starts[bucket]!; i < end; i += 2) {
      const low = words[i]!
      for (let j = i + 2; j < end; j += 2)
        if (words[j] === low && words[j + 1] === words[i + 1]) repeated.add(readId(words, i))
    }
  }
}

/** The id whose words begin at `i`. */
export function readId(words: Uint32Array, i: number): bigint {
  return (BigInt(words[i + 1]!) << 32n) | BigInt(words[i]!)
}
