/** Prometheus histograms of one metric, a histogram for each set of labels. */
export class Histograms {
  readonly #name: string
  readonly #help: string
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, Histogram>()

  /** @param bounds upper ends of the buckets in the unit of the metric, ascending; what is above the last goes to +Inf */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name
    this.#help = help
    this.#bounds = bounds
  }

  /** @param labels formatted */
  observe(labels: string, value: number): void {
    let histogram = this.#series.get(labels)
    if (!histogram) {
      histogram = { counts: new Array(this.#bounds.length + 1).fill(0), sum: 0 }
      this.#series.set(labels, histogram)
    }
    let i = 0
    while (i < this.#bounds.length && value > this.#bounds[i]!) i++
    histogram.counts[i]! += 1
    histogram.sum += value
  }

  /** Lines of the text format: cumulative buckets, sum, count. */
  format(): string[] {
    if (this.#series.size === 0) return []
    const lines = [...this.#series].flatMap(([labels, histogram]) => this.#formatSeries(labels, histogram))
    return [`# HELP ${this.#name} ${this.#help}`, `# TYPE ${this.#name} histogram`, ...lines]
  }

  #formatSeries(labels: string, { counts, sum }: Histogram): string[] {
    let total = 0
    const prefix = labels === '' ? '' : `${labels},`
    const lines = counts.map((count, i) => {
      total += count
      return `${this.#name}_bucket{${prefix}le="${this.#bounds[i] ?? '+Inf'}"} ${total}`
    })
    const tail = labels === '' ? '' : `{${labels}}`
    return [...lines, `${this.#name}_sum${tail} ${sum}`, `${this.#name}_count${tail} ${total}`]
  }
}

interface Histogram {
  counts: number[]
  sum: number
}
