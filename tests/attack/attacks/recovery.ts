import { type CellRow, METRICS, type Metric } from '../../../contracts/index.ts'
import type { Isolation } from '../support/isolation.ts'
import type { Publication } from '../support/publication.ts'

/** The distribution of the one contributor by which two releases of a cell differ, from published numbers alone. */
export interface Recovered {
  cell_id: string
  metric: Metric
  /** Samples of the cell that are the contributor's: exact where both counts are below 100. */
  samples: number
  /** Buckets at which both releases have an edge, and the share of the contributor's values up to there. */
  shares: { bucket: number; share: number }[]
  /** How far a share may be off: what rounding to thousandths leaves open. */
  slack: number
}

/**
 * Subtracts two releases of the same cells. In an equal-weight mixture of n contributors the new one's share of values up to an edge is
 * n F − (n − 1) F′, known to (2 n − 1) / 2000: for the small n at which privacy matters most, a percent.
 */
export function recoverContributors(before: Publication, after: Publication): Recovered[] {
  const cells = new Map(before.cells.map((cell) => [cell.cell_id, cell]))
  return after.cells.flatMap((cell) => {
    const former = cells.get(cell.cell_id)
    if (former === undefined || cell.contributors !== former.contributors + 1) return []
    return METRICS.flatMap((metric) => recover(before, after, former, cell, metric))
  })
}

function recover(before: Publication, after: Publication, former: CellRow, cell: CellRow, metric: Metric): Recovered[] {
  const [with1, without1] = [cumulate(after, cell.cell_id, metric), cumulate(before, cell.cell_id, metric)]
  if (with1.weight !== without1.weight + 1) return []
  const shares = [...with1.shares].flatMap(([bucket, share]) => {
    const other = without1.shares.get(bucket)
    return other === undefined ? [] : [{ bucket, share: with1.weight * share - without1.weight * other }]
  })
  const slack = (with1.weight + without1.weight) * 0.0005
  return [{ cell_id: cell.cell_id, metric, samples: cell.samples - former.samples, shares, slack }]
}

function cumulate({ bins }: Publication, cellId: string, metric: Metric) {
  const own = bins.filter((bin) => bin.cell_id === cellId && bin.metric === metric).sort((a, b) => a.lo - b.lo)
  let sum = 0
  const shares = new Map<number, number>()
  for (const { hi, mass } of own) {
    sum += mass
    shares.set(hi, sum / 1000)
  }
  return { weight: own[0]?.weight ?? 0, shares }
}

/** Cells that two releases publish with different numbers: a closed month never changes. */
export function findChangedCells(before: Publication, after: Publication): Isolation[] {
  const later = new Map(after.cells.map((cell) => [cell.cell_id, describeCell(after, cell)]))
  return before.cells
    .filter((cell) => later.has(cell.cell_id) && later.get(cell.cell_id) !== describeCell(before, cell))
    .map(({ cell_id, contributors }) => ({
      attack: 'changed cell',
      how: `${cell_id} changed between releases`,
      contributors,
    }))
}

/** All that is published of a cell, as text. */
export function describeCell({ bins }: Publication, cell: CellRow): string {
  return JSON.stringify([cell, ...bins.filter(({ cell_id }) => cell_id === cell.cell_id)])
}
