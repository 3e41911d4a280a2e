import type { Manifest, Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import type { PackedStratum } from '../strata/partition.ts'

/** Community strata of a partition that wait: for more contributors, or for the end of their month. */
export interface Pending {
  cells: number
  lines: number
  contributors: string[]
}

/** Adds up what waits. No two of the parts hold strata of one cell. */
export function joinPending(parts: readonly Pending[]): Pending {
  return {
    cells: parts.reduce((sum, { cells }) => sum + cells, 0),
    lines: parts.reduce((sum, { lines }) => sum + lines, 0),
    contributors: [...new Set(parts.flatMap(({ contributors }) => contributors))].sort(),
  }
}

/** @param pending strata, each behind what tells the cell that it waits in from others */
export function describePending(pending: readonly (readonly [string, PackedStratum])[]): Pending {
  return {
    cells: new Set(pending.map(([cell]) => cell)).size,
    lines: pending.reduce((sum, [, { lines }]) => sum + lines, 0),
    contributors: [...new Set(pending.map(([, { contributor }]) => contributor))].sort(),
  }
}

/** The strata of a partition by whether they can be published by now. */
export interface SplitStrata {
  closed: PackedStratum[]
  /** They wait as a whole, whatever the others are: see partition.sql. Within a partition, those of one month wait in one cell. */
  open: PackedStratum[]
}

/** Months of which cells were withdrawn are left to partition.sql, which tells what of them is gone. */
export function splitByMonth(
  strata: readonly PackedStratum[],
  { closed_through }: Thresholds,
  withdrawn: readonly WithdrawnCell[],
): SplitStrata {
  const left = new Set(withdrawn.map(({ month }) => month))
  const isOpen = ({ kind, month }: PackedStratum) =>
    kind === 'community' && !left.has(month) && !(Number(month.replace('-', '')) <= closed_through)
  const { open = [], closed = [] } = Object.groupBy(strata, (stratum) => (isOpen(stratum) ? 'open' : 'closed'))
  return { closed, open }
}

/** What is said of all that waits. Nothing is of what fewer than k contributors have sent: the number would be theirs. */
export function countPending(pending: readonly Pending[], k: number): Manifest['collecting'] {
  const { cells, lines, contributors } = joinPending(pending)
  return contributors.length < k ? { cells: 0, samples: 0 } : { cells, samples: twoDigits(lines) }
}

/** A count at two significant digits. */
function twoDigits(count: number): number {
  const unit = 10 ** Math.max(String(count).length - 2, 0)
  return Math.round(count / unit) * unit
}
