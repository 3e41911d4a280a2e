import { bucketIndex } from '../../contracts/metrics.ts'

/** The quantities that become histograms, in the order of their numbers. */
export const QUANTITIES = ['decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps', 'vram_used_mb', 'power_w'] as const

/** Quantities outside these bounds come from times that no clock measures: they count nowhere, like zero and NaN. */
const LEAST = 2 ** -32
const MOST = 2 ** 48
const FIRST_BUCKET = bucketIndex(LEAST)
const BUCKETS = bucketIndex(MOST) - FIRST_BUCKET + 1

/** The quantity and the bucket of a bin. */
export function readBin(bin: number): { quantity: number; bucket: number } {
  const quantity = Math.floor(bin / BUCKETS)
  return { quantity, bucket: bin - quantity * BUCKETS + FIRST_BUCKET }
}

/** Counts values by quantity and bucket. */
export class BinCounter {
  /** 61 kB, which few groups can have and many cannot. */
  readonly #dense: Int32Array | null
  readonly #sparse = new Map<number, number>()

  constructor(dense: boolean) {
    this.#dense = dense ? new Int32Array(QUANTITIES.length * BUCKETS) : null
  }

  count(quantity: number, value: number): void {
    if (!(value >= LEAST && value <= MOST)) return
    const bin = quantity * BUCKETS + bucketIndex(value) - FIRST_BUCKET
    if (this.#dense !== null) this.#dense[bin]!++
    else this.#sparse.set(bin, (this.#sparse.get(bin) ?? 0) + 1)
  }

  /** Every bin that holds anything, and how much, one after the other. */
  pairs(): Int32Array {
    if (this.#dense === null) return Int32Array.from([...this.#sparse].flat())
    const pairs: number[] = []
    for (let bin = 0; bin < this.#dense.length; bin++) if (this.#dense[bin] !== 0) pairs.push(bin, this.#dense[bin]!)
    return Int32Array.from(pairs)
  }
}
