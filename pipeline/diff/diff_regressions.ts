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
  const { model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, metric } = row
  const stratum = [model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, metric]
  return [...stratum, row.from_version, row.to_version].join('\n')
}
