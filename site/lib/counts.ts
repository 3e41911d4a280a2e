import type { MatrixRow } from '../../contracts/tables.ts'
import { plural } from './format.ts'

/** What stands behind a row: `1 machine × 27 runs (9 observations)`. Community rows count contributors where curated ones count machines. */
export function formatCounts({
  kind,
  samples,
  repetitions,
  machines,
  contributors,
}: Pick<MatrixRow, 'kind' | 'samples' | 'repetitions' | 'machines' | 'contributors'>): string {
  const observations = `(${plural(samples, 'observation')})`
  if (kind === 'community') return `${plural(contributors, 'contributor')} ${observations}`
  const runs = plural(repetitions, 'run')
  return machines === null
    ? `${runs}, machines not stated ${observations}`
    : `${plural(machines, 'machine')} × ${runs} ${observations}`
}
