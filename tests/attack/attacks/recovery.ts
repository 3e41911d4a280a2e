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
 *
 * @param people contributors to a cell that changed, which the attacker counts elsewhere: a release has steps
 */
export function recoverContributors(before: Publication, after: Publication, people: number): Recovered[] {
  const cells = new Map(before.cells.map((cell) => [cell.cell_id, cell]))
  return after.cells.flatMap((cell) => {
    const former = cells.get(cell.cell_id)
    if (former === undefined || describeCell(before, former) === describeCell(after, cell)) return []
    return METRICS.flatMap((metric) => recover(before, after, former, cell, metric, people))
  })
}

function recover(
  before: Publication,
  after: Publication,
  former: CellRow,
  cell: CellRow,
  metric: Metric,
  people: number,
): Recovered[] {
  const [all, others] = [cumulate(after, cell.cell_id, metric), cumulate(before, cell.cell_id, metric)]
  const shares = [...all].flatMap(([bucket, share]) => {
    const other = others.get(bucket)
    return other === undefined ? [] : [{ bucket, share: people * share - (people - 1) * other }]
  })
  const slack = (2 * people - 1) * 0.0005
  return shares.length === 0
    ? []
    : [{ cell_id: cell.cell_id, metric, samples: cell.samples - former.samples, shares, slack }]
}

/** The share of a cell up to the end of each of its bins. */
function cumulate({ bins }: Publication, cellId: string, metric: Metric): Map<number, number> {
  const own = bins.filter((bin) => bin.cell_id === cellId && bin.metric === metric).sort((a, b) => a.lo - b.lo)
  let sum = 0
  return new Map(
    own.map(({ hi, mass }) => {
      sum += mass
      return [hi, sum / 1000]
    }),
  )
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
