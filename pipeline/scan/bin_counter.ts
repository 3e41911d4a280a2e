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

/** Counts values by quantity and bucket. */
export class BinCounter {
  /** 61 kB, which few groups can have and many cannot. */
  readonly #dense: Int32Array | null
  /** The bins of `#dense` that hold anything. */
  readonly #filled: number[] = []
  readonly #sparse = new Map<number, number>()

  constructor(dense: boolean) {
    this.#dense = dense ? new Int32Array(QUANTITIES.length * BUCKETS_PER_QUANTITY) : null
  }

  count(quantity: number, value: number): void {
    if (!(value >= LEAST && value <= MOST)) return
    const bin = quantity * BUCKETS_PER_QUANTITY + bucketIndex(value) - FIRST_BUCKET
    this.add(bin, 1)
  }

  /** Adds to a bin. */
  add(bin: number, n: number): void {
    if (this.#dense === null) this.#sparse.set(bin, (this.#sparse.get(bin) ?? 0) + n)
    else {
      if (this.#dense[bin] === 0) this.#filled.push(bin)
      this.#dense[bin]! += n
    }
  }

  /** Every bin that holds anything, and how much, one after the other. Empties them. */
  take(): Int32Array {
    const pairs = this.#dense === null ? Int32Array.from([...this.#sparse].flat()) : this.#takeDense(this.#dense)
    this.#sparse.clear()
    this.#filled.length = 0
    return pairs
  }

  #takeDense(dense: Int32Array): Int32Array {
    const pairs = new Int32Array(2 * this.#filled.length)
    let at = 0
    for (const bin of this.#filled) {
      pairs[at++] = bin
      pairs[at++] = dense[bin]!
      dense[bin] = 0
    }
    return pairs
  }
}
