/** A Prometheus histogram of durations. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** @param bounds upper ends of the buckets in seconds, ascending; what is above the last goes to +Inf */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Array(bounds.length + 1).fill(0)
  }

  observe(seconds: number): void {
    let i = 0
    while (i < this.#bounds.length && seconds > this.#bounds[i]!) i++
    this.#counts[i]! += 1
    this.#sum += seconds
  }

  /** Lines of the text format: cumulative buckets, sum, count. */
  format(name: string, labels: string): string[] {
    let total = 0
    const prefix = labels === '' ? '' : `${labels},`
    const lines = this.#counts.map((count, i) => {
      total += count
      return `${name}_bucket{${prefix}le="${this.#bounds[i] ?? '+Inf'}"} ${total}`
    })
    const tail = labels === '' ? '' : `{${labels}}`
    return [...lines, `${name}_sum${tail} ${this.#sum}`, `${name}_count${tail} ${total}`]
  }
}
