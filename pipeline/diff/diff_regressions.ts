import type { RegressionChange, RegressionRow } from '../../contracts/index.ts'
import { pairRows, rowOf } from './pair_rows.ts'

/** The regressions that are flagged in one only, or with another verdict. */
export function diffRegressions(before: readonly RegressionRow[], after: readonly RegressionRow[]): RegressionChange[] {
  return pairRows(before, after, keyOf).flatMap((pair): RegressionChange[] => {
    if (pair.before === null) return [{ change: 'appears', ...pair.after! }]
    if (pair.after === null) return [{ change: 'disappears', ...pair.before }]
    return pair.before.verdict === pair.after.verdict ? [] : [{ change: 'changes', ...rowOf(pair) }]
  })
}

function keyOf(row: RegressionRow): string {
  const { pairs: _, effect: __, p_value: ___, verdict: ____, ...compared } = row
  return Object.values(compared).join('\n')
}
