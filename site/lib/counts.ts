import { stepCount } from '../../contracts/steps.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import { formatCount, plural } from './format.ts'

/** What stands behind a row: `1 machine × 27 runs (9 observations)`. Community rows count contributors where curated ones count machines. */
export function formatCounts({
  kind,
  samples,
  repetitions,
  machines,
  contributors,
}: Pick<MatrixRow, 'kind' | 'samples' | 'repetitions' | 'machines' | 'contributors'>): string {
  if (kind === 'community') return `${inSteps(contributors, 'contributor')} (${inSteps(samples, 'observation')})`
  const observations = `(${plural(samples, 'observation')})`
  const runs = plural(repetitions, 'run')
  return machines === null
    ? `${runs}, machines not stated ${observations}`
    : `${plural(machines, 'machine')} × ${runs} ${observations}`
}

/** `about 15 contributors`; in a private build, `1 contributor`. */
export function formatContributors(contributors: number): string {
  return inSteps(contributors, 'contributor')
}

function inSteps(count: number, one: string): string {
  return `${formatSteps(count)} ${count === 1 ? one : `${one}s`}`
}

/** A count of community data, which is published in steps: `about 15`. A private build has other counts as well. */
export function formatSteps(count: number): string {
  return `${count === stepCount(count) ? 'about ' : ''}${formatCount(count)}`
}

/** The observations of a figure: those of a curated one are counted, those of a community one about so many. */
export function formatN(kind: MatrixRow['kind'], n: number | null): string {
  return kind === 'community' && n !== null ? formatSteps(n) : formatCount(n)
}
