/** A mean with its Monte-Carlo standard error. */
export interface Estimate {
  mean: number
  standard_error: number
}

/** Collects independent values of one condition. */
export class Tally {
  #n = 0
  #sum = 0
  #squares = 0

  add(value: number): void {
    this.#n++
    this.#sum += value
    this.#squares += value * value
  }

  get n(): number {
    return this.#n
  }

  /** Rounded to 5 decimals, below which platforms may differ. Of fewer than 2 values: NaN. */
  estimate(): Estimate {
    const mean = this.#sum / this.#n
    const variance = Math.max(0, this.#squares - this.#n * mean * mean) / (this.#n - 1)
    return { mean: round(mean), standard_error: round(Math.sqrt(variance / this.#n)) }
  }
}

export function round(value: number): number {
  return Number(value.toFixed(5))
}
