import { bucketIndex, MEASURABLE } from '../../contracts/metrics.ts'

/** The quantities that become histograms, in the order of their numbers. */
// biome-ignore format: a list of words
export const QUANTITIES = ['decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps', 'vram_used_mb', 'output_tps', 'concurrency'] as const

const { least: LEAST, most: MOST } = MEASURABLE
const FIRST_BUCKET = bucketIndex(LEAST)
/** Buckets of one quantity. */
export const BUCKETS_PER_QUANTITY = bucketIndex(MOST) - FIRST_BUCKET + 1

/** The quantity and the bucket of a bin. */
export function readBin(bin: number): { quantity: number; bucket: number } {
  const quantity = Math.floor(bin / BUCKETS_PER_QUANTITY)
  return { quantity, bucket: bin - quantity * BUCKETS_PER_QUANTITY + FIRST_BUCKET }
}

/** How often each bin was seen, for `take`, which leaves it zero. */
const seen = new Int32Array(QUANTITIES.length * BUCKETS_PER_QUANTITY)

/** Counts values by quantity and bucket. Their bins are written down one behind the other and counted at the end: that is faster than a Map. */
export class BinCounter {
  #bins = new Int32Array(32)
  #length = 0

  count(quantity: number, value: number): void {
    if (!(value >= LEAST && value <= MOST)) return
    if (this.#length === this.#bins.length) {
      const bins = new Int32Array(2 * this.#length)
      bins.set(this.#bins)
      this.#bins = bins
    }
    this.#bins[this.#length++] = quantity * BUCKETS_PER_QUANTITY + bucketIndex(value) - FIRST_BUCKET
  }

  /** Every bin that holds anything, and how much, one after the other, in order of the bins. Empties them. */
  take(): Int32Array {
    let distinct = 0
    for (let i = 0; i < this.#length; i++) {
      const bin = this.#bins[i]!
      if (seen[bin]!++ === 0) this.#bins[distinct++] = bin
    }
    this.#length = 0
    const pairs = new Int32Array(2 * distinct)
    for (const [i, bin] of this.#bins.subarray(0, distinct).sort().entries()) {
      pairs[2 * i] = bin
      pairs[2 * i + 1] = seen[bin]!
      seen[bin] = 0
    }
    return pairs
  }
}

/** Behind the last bin of a list. */
const END = 2 ** 31 - 1
const merged = new Int32Array(2 * seen.length)

/** What two lists of pairs hold together, or the first without the second: a bin that comes to hold nothing goes. */
export function mergePairs(a: Int32Array, b: Int32Array, sign: 1 | -1): Int32Array {
  let [i, j, end] = [0, 0, 0]
  for (;;) {
    const [first, second] = [i < a.length ? a[i]! : END, j < b.length ? b[j]! : END]
    const bin = Math.min(first, second)
    if (bin === END) return merged.slice(0, end)
    let count = 0
    if (first === bin) {
      count += a[i + 1]!
      i += 2
    }
    if (second === bin) {
      count += sign * b[j + 1]!
      j += 2
    }
    merged[end] = bin
    merged[end + 1] = count
    if (count !== 0) end += 2
  }
}
