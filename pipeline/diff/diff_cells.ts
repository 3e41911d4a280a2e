import { type CellChange, CellIdentity, type CellRow } from '../../contracts/index.ts'
import { type Pair, pairRows, rowOf } from './pair_rows.ts'

const IDENTITY = Object.keys(CellIdentity.shape) as (keyof CellIdentity)[]

/** The cells that appear, disappear, or stand on more or fewer contributors or samples, as far as the published numbers tell. */
export function diffCells(before: readonly CellRow[], after: readonly CellRow[]): CellChange[] {
  return pairRows(before, after, ({ cell_id }) => cell_id).flatMap((pair) => {
    const change = nameChange(pair)
    return change === null ? [] : [describeChange(pair, change)]
  })
}

function nameChange({ before, after }: Pair<CellRow>): CellChange['change'] | null {
  if (before === null) return 'appears'
  if (after === null) return 'disappears'
  const difference = after.contributors - before.contributors || after.samples - before.samples
  return difference === 0 ? null : difference > 0 ? 'gains' : 'loses'
}

function describeChange(pair: Pair<CellRow>, change: CellChange['change']): CellChange {
  const { before, after } = pair
  const row = rowOf(pair)
  const identity = Object.fromEntries(IDENTITY.map((key) => [key, row[key]])) as CellIdentity
  return {
    change,
    ...identity,
    contributors_before: before?.contributors ?? null,
    contributors_after: after?.contributors ?? null,
    samples_before: before?.samples ?? null,
    samples_after: after?.samples ?? null,
    evidence_before: before?.evidence ?? null,
    evidence_after: after?.evidence ?? null,
  }
}
