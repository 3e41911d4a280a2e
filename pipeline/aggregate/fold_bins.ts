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
  let [cell, metric, folder] = [0, '', new BinFolder(values)]
  const finish = () => bins.push(...folder.finish(metric as Metric).map((bin) => ({ cell_no: cell, ...bin })))
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const [cellNos, metrics, idxs, people, ns, ws] = columnsOf(chunk)
    for (let i = 0; i < chunk.rowCount; i++) {
      if (cellNos[i] !== cell || metrics[i] !== metric) {
        finish()
        ;[cell, metric, folder] = [cellNos[i]!, metrics[i]!, new BinFolder(values)]
      }
      folder.add(idxs[i]!, people[i]!, ns[i]!, ws[i]!)
    }
  }
  finish()
  return bins
}

type Columns = [cellNos: number[], metrics: string[], idxs: number[], people: number[], ns: number[], ws: number[]]

function columnsOf(chunk: DuckDBDataChunk): Columns {
  return chunk.getColumns() as unknown as Columns
}

/**
 * Joins the buckets of one metric of a cell from below until each bin holds enough contributors and samples; what is left at the top joins the
 * last bin. The outer ends are those of as many contributors: the slowest and the fastest sample are one person's.
 */
class BinFolder {
  readonly #policy: Values
  readonly #bins: OpenBin[] = []
  /** The highest bucket of each contributor. */
  readonly #highest = new Map<number, number>()
  /** The lowest bucket with enough contributors in it or below. */
  #low = 0

  constructor(policy: Values) {
    this.#policy = policy
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
    const weight = this.#highest.size
    const high = [...this.#highest.values()].sort((a, b) => b - a)[this.#policy.bin_contributors! - 1] ?? 0
    const [first, last, total] = [this.#bins[0], this.#bins.at(-1), this.#bins.reduce((sum, { w }) => sum + w, 0)]
    let below = 0
    return this.#bins.map((bin) => {
      const before = below
      below += bin.w
      return {
        metric,
        lo: bin === first ? Math.max(bin.lo, this.#low) : bin.lo,
        hi: bin === last ? Math.min(bin.hi, Math.max(this.#low, high)) : bin.hi,
        mass: share(below, total) - share(before, total),
        contributors: bin.people.size,
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
