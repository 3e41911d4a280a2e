import type { MatrixRow } from '../../contracts/tables.ts'
import { plural } from './format.ts'

/** What stands behind a row: `9 observations · 27 repetitions · 1 machine`. Community rows count contributors where curated ones count machines. */
export function formatCounts({
  kind,
  samples,
  repetitions,
  machines,
  contributors,
}: Pick<MatrixRow, 'kind' | 'samples' | 'repetitions' | 'machines' | 'contributors'>): string {
  const observations = plural(samples, 'observation')
  if (kind === 'community') return `${observations} · ${plural(contributors, 'contributor')}`
  const repeated = plural(repetitions, 'repetition')
  return `${observations} · ${repeated} · ${machines === null ? 'machines not stated' : plural(machines, 'machine')}`
}
