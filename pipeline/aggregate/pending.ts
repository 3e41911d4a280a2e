import type { Manifest } from '../../contracts/index.ts'
import type { Pending } from './aggregates.ts'

/** What is said of all that is pending. Nothing is of what fewer than k contributors have sent: the number would be theirs. */
export function countPending(parts: readonly Pending[], k: number): Manifest['collecting'] {
  const contributors = new Set(parts.flatMap((part) => part.contributors))
  if (contributors.size < k) return { cells: 0, samples: 0 }
  const lines = parts.reduce((sum, part) => sum + part.lines, 0)
  return { cells: parts.reduce((sum, { cells }) => sum + cells, 0), samples: twoDigits(lines) }
}

/** A count at two significant digits. */
function twoDigits(count: number): number {
  const unit = 10 ** Math.max(String(count).length - 2, 0)
  return Math.round(count / unit) * unit
}
