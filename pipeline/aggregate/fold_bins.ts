import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import type { Metric } from '../../contracts/index.ts'
import { fillIn, readSql } from '../lib/run_sql.ts'
import type { NumberedBin } from './aggregates.ts'

type Bin = Omit<NumberedBin, 'cell_no'>
/** Of the statement, among them those of the policy. */
type Values = Record<string, number>

/** A bin that buckets still join. */
interface OpenBin {
  lo: number
  hi: number
  n: number
  w: number
  people: Set<number>
}

/** The bins behind each cell from the table `weights`. Row by row: folding lists in SQL takes several times as long. */
export async function foldBins(connection: DuckDBConnection, values: Values): Promise<NumberedBin[]> {
  const bins: NumberedBin[] = []
  const result = await connection.stream(fillIn(readSql('bins'), values))
  let [cell, metric, folder] = [0, '', new BinFolder(values, 0)]
  const finish = () => bins.push(...folder.finish(metric as Metric).map((bin) => ({ cell_no: cell, ...bin })))
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const [cellNos, metrics, idxs, people, ns, ws, middles] = columnsOf(chunk)
    for (let i = 0; i < chunk.rowCount; i++) {
      if (cellNos[i] !== cell || metrics[i] !== metric) {
        finish()
        ;[cell, metric, folder] = [cellNos[i]!, metrics[i]!, new BinFolder(values, middles[i]!)]
      }
      folder.add(idxs[i]!, people[i]!, ns[i]!, ws[i]!)
    }
  }
  finish()
  return bins
}

type Numbers = number[]
type Columns = [Numbers, metrics: string[], idxs: Numbers, people: Numbers, ns: Numbers, ws: Numbers, middles: Numbers]

function columnsOf(chunk: DuckDBDataChunk): Columns {
  return chunk.getColumns() as unknown as Columns
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
