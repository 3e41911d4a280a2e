const MAX_KEYS = 10_000

/** A token bucket for each key, in memory: so many units a second, and as many as a minute's in one go. */
export class RateLimit {
  readonly #per_s: number
  readonly #burst: number
  readonly #buckets = new Map<string, { left: number; at_ms: number }>()

  constructor(per_s: number, burst = per_s * 60) {
    this.#per_s = per_s
    this.#burst = burst
  }

  /** Takes units if there is at least one; returns 0, or else after how many seconds to try again. More units than are left are owed. */
  take(key: string, units: number, now_ms: number): number {
    const bucket = this.#buckets.get(key) ?? { left: this.#burst, at_ms: now_ms }
    bucket.left = Math.min(this.#burst, bucket.left + ((now_ms - bucket.at_ms) / 1000) * this.#per_s)
    bucket.at_ms = now_ms
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    // The longest unused: its bucket is the fullest.
    if (this.#buckets.size > MAX_KEYS) this.#buckets.delete(this.#buckets.keys().next().value!)
    if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / this.#per_s))
    bucket.left -= units
    return 0
  }
}
