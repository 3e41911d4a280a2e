import { bucketIndex, bucketValue, MEASURABLE } from '../../contracts/metrics.ts'

const FIRST = bucketIndex(MEASURABLE.least)
const LAST = bucketIndex(MEASURABLE.most)

/** A base-2 log histogram of positive values, with the buckets of the published figures: quantiles within 1.083 %. */
export class LogSketch {
  /** From the bucket of the least measurable value to that of the most. */
  readonly #buckets = new Int32Array(LAST - FIRST + 1)
  #count = 0

  /** Values that no clock measures, and NaN, count nowhere. */
  add(value: number): void {
    if (!(value >= MEASURABLE.least && value <= MEASURABLE.most)) return
    this.#buckets[bucketIndex(value) - FIRST]!++
    this.#count++
  }

  get count(): number {
    return this.#count
  }

  /** The p-th quantile; null without values. */
  quantile(p: number): number | null {
    if (this.#count === 0) return null
    const rank = Math.max(1, Math.ceil(p * this.#count))
    let passed = 0
    for (const [at, count] of this.#buckets.entries()) {
      passed += count
      if (passed >= rank) return bucketValue(at + FIRST)
    }
    return null
  }
}
