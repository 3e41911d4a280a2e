import type { MatrixRow, RegressionRow } from '../../contracts/tables.ts'
import { byVersion } from '../../contracts/versions.ts'
import { groupBy } from '../lib/group_by.ts'
import { published } from './published.ts'

type SetUp = Pick<MatrixRow, 'model_id' | 'quantization' | 'gpu_id' | 'gpu_count' | 'engine' | 'measurement_type'>

let verdicts: Map<string, RegressionRow[]> | undefined
let rows: Map<string, MatrixRow> | undefined

/** The community verdicts on the set-up of a matrix row. Curated rows have none: the test pairs contributors. */
export function verdictsOf(row: MatrixRow): RegressionRow[] {
  verdicts ??= groupBy(published('regressions'), keyOf)
  return row.kind === 'community' ? (verdicts.get(keyOf(row)) ?? []) : []
}

/** The community row of the set-up that a verdict is about; undefined where its figures are published under a wider one only. */
export function rowOfVerdict(verdict: RegressionRow): MatrixRow | undefined {
  rows ??= new Map(
    published('matrix')
      .filter((row) => row.kind === 'community')
      .map((row) => [keyOf(row), row]),
  )
  return rows.get(keyOf(verdict))
}

/** Verdicts by engine, newest version first; of one version the confirmed ones, then the largest losses. */
export function orderVerdicts(all: RegressionRow[]): RegressionRow[] {
  const rank = (row: RegressionRow) => (row.verdict === 'confirmed' ? 0 : 1)
  return all.toSorted(
    (a, b) =>
      a.engine.localeCompare(b.engine) ||
      byVersion(b.to_version, a.to_version) ||
      rank(a) - rank(b) ||
      a.effect - b.effect,
  )
}

function keyOf({ model_id, quantization, gpu_id, gpu_count, engine, measurement_type }: SetUp): string {
  return [model_id, quantization, gpu_id, gpu_count, engine, measurement_type].join('|')
}
