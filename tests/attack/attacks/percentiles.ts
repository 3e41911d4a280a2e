import { type CellRow, METRICS, type Metric } from '../../../contracts/index.ts'
import { type Atom, readPartition } from '../support/groups.ts'
import type { Isolation } from '../support/isolation.ts'
import { bucketsOf, keepContributors } from '../support/kept.ts'
import type { Publication } from '../support/publication.ts'

const PERCENTILES = ['p5', 'p25', 'p50', 'p75', 'p95'] as const

/**
 * Percentiles that give single contributors away: at or beyond the published value, on its shorter side, lie samples of fewer
 * contributors than a bin must have, or for the median than half of them where that is fewer. A percentile is an edge of the distribution; the
 * tail behind it is a bin like any other, and where one contributor is slower than all others, p5 is that contributor's own quantile to
 * within half a bucket.
 */
export function findThinTails({ cells, manifest: { policy } }: Publication, atoms: Atom[]): Isolation[] {
  const groups = readPartition(cells, atoms)
  return cells.flatMap((cell) =>
    METRICS.flatMap((metric) => {
      const samples = groups.get(cell.cell_id)!.flatMap((atom) => atom.samples)
      const kept = keepContributors(bucketsOf(samples, metric), policy.k)
      const half = Math.min(policy.bin_contributors, Math.ceil(kept.size / 2))
      const leastOf = (name: string) => (name === 'p50' ? half : policy.bin_contributors)
      return PERCENTILES.flatMap((name) => judgeTail(cell, metric, name, [...kept.values()], leastOf(name)))
    }),
  )
}

function judgeTail(
  cell: CellRow,
  metric: Metric,
  name: (typeof PERCENTILES)[number],
  kept: number[][],
  least: number,
): Isolation[] {
  const value = cell[`${metric}_${name}`]
  if (value === null) return []
  const edge = readBucket(value)
  const below = kept.filter((own) => own.some((bucket) => bucket <= edge)).length
  const above = kept.filter((own) => own.some((bucket) => bucket >= edge)).length
  const contributors = Math.min(below, above)
  if (contributors >= least) return []
  return [
    { attack: 'percentiles', how: `${metric}_${name} = ${value.toPrecision(4)} of ${cell.cell_id}`, contributors },
  ]
}

/** The bucket that a published percentile stands for: the inverse of 2 · 2^(i/32) / (1 + 2^(1/32)). */
export function readBucket(value: number): number {
  return Math.round(32 * Math.log2((value * (1 + 2 ** (1 / 32))) / 2))
}
