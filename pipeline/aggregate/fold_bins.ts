import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api'
import type { Metric } from '../../contracts/index.ts'
import type { NumberedBin } from './aggregates.ts'

type Bin = Omit<NumberedBin, 'cell_no'>
type Values = Record<string, number>

/** A bin that buckets still join. */
interface OpenBin {
  lo: number
  hi: number
  n: number
  w: number
  people: Set<number>
}

/**
 * The bins behind each cell, from the rows of the statement `bins`. Row by row: folding lists in SQL takes several times as long.
 *
 * @param values of the policy, among others
 */
export async function foldBins(rows: DuckDBResult, values: Values): Promise<NumberedBin[]> {
  const bins: NumberedBin[] = []
  let [cell, metric, folder] = [0, '', new BinFolder(values, 0)]
  const finish = () => bins.push(...folder.finish(metric as Metric).map((bin) => ({ cell_no: cell, ...bin })))
  for (let chunk = await rows.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await rows.fetchChunk()) {
    const [cellNos, metrics, idxs, people, ns, ws, middles] = columnsOf(chunk)
    // Read once: each read calls into the addon.
    const { rowCount } = chunk
    for (let i = 0; i < rowCount; i++) {
      const [cellNo, name] = [cellNos.getItem(i), metrics.getItem(i)]
      if (cellNo !== cell || name !== metric) {
        finish()
        ;[cell, metric, folder] = [cellNo, name, new BinFolder(values, middles.getItem(i))]
      }
      folder.add(idxs.getItem(i), people.getItem(i), ns.getItem(i), ws.getItem(i))
    }
  }
  finish()
  return bins
}

type Column<Item> = { getItem(row: number): Item }
type Numbers = Column<number>
type Columns = [Numbers, Column<string>, idxs: Numbers, people: Numbers, ns: Numbers, ws: Numbers, middles: Numbers]

function columnsOf(chunk: DuckDBDataChunk): Columns {
  return Array.from({ length: chunk.columnCount }, (_, i) => chunk.getColumnVector(i)) as unknown as Columns
}

/**
 * Joins the buckets of one metric of a cell from below until each bin holds enough contributors and samples; what is left at the top joins the
 * last bin. The outer ends are those of as many contributors: the slowest and the fastest sample are one person's. Where as many do not lie on
 * either side of the median, the few on one side would move the end beyond it: the cell then is its median and nothing else.
 */
class BinFolder {
  readonly #policy: Values
  readonly #middle: number
  readonly #bins: OpenBin[] = []
  /** The highest bucket of each contributor. */
  readonly #highest = new Map<number, number>()
  /** The lowest bucket with enough contributors in it or below. */
  #low = 0

  constructor(policy: Values, middle: number) {
    this.#policy = policy
    this.#middle = middle
  }

  /** Adds what a contributor has in a bucket, or in one after the last. */
  add(idx: number, contributor: number, n: number, w: number): void {
    let bin = this.#bins.at(-1)
    if (bin === undefined || (bin.hi !== idx && this.#isFull(bin))) {
      bin = { lo: idx, hi: idx, n: 0, w: 0, people: new Set() }
      this.#bins.push(bin)
    }
    bin.hi = idx
    bin.n += n
    bin.w += w
    bin.people.add(contributor)
    if (this.#highest.size < this.#policy.bin_contributors!) this.#low = idx
    this.#highest.set(contributor, idx)
  }

  /** Masses are differences of the rounded cumulative share, so that they add up to 1,000. */
  finish(metric: Metric): Bin[] {
    this.#joinRest()
    const high = [...this.#highest.values()].sort((a, b) => b - a)[this.#policy.bin_contributors! - 1] ?? 0
    const [first, last, total] = [this.#bins[0], this.#bins.at(-1), this.#bins.reduce((sum, { w }) => sum + w, 0)]
    const weight = Math.round(total / 1e9)
    if (first && (this.#low > this.#middle || high < this.#middle))
      return [{ metric, lo: this.#middle, hi: this.#middle, mass: 1000, weight }]
    let below = 0
    return this.#bins.map((bin) => {
      const before = below
      below += bin.w
      return {
        metric,
        lo: bin === first ? Math.max(bin.lo, this.#low) : bin.lo,
        hi: bin === last ? Math.min(bin.hi, high) : bin.hi,
        mass: share(below, total) - share(before, total),
        weight,
      }
    })
  }

  #joinRest(): void {
    const rest = this.#bins.at(-1)
    if (rest === undefined || this.#isFull(rest)) return
    this.#bins.pop()
    const last = this.#bins.at(-1)
    if (last === undefined) return
    last.hi = rest.hi
    last.w += rest.w
    for (const contributor of rest.people) last.people.add(contributor)
  }

  #isFull({ people, n }: OpenBin): boolean {
    return people.size >= this.#policy.bin_contributors! && n >= this.#policy.bin_samples!
  }
}

/** A part of a whole in thousandths. */
function share(part: number, whole: number): number {
  return Math.round((1000 * part) / whole)
}
