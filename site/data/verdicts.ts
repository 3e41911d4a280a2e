import type { MatrixRow, RegressionRow } from '../../contracts/tables.ts'
import { byVersion } from '../../contracts/versions.ts'
import { groupBy } from '../lib/group_by.ts'
import { published } from './published.ts'

type Configuration = Pick<
  MatrixRow,
  'model_id' | 'quantization' | 'gpu_id' | 'gpu_count' | 'engine' | 'measurement_type'
>

let verdicts: Map<string, RegressionRow[]> | undefined
let rows: Map<string, MatrixRow> | undefined

/** The community verdicts on the configuration of a matrix row. Curated rows have none, because the test pairs contributors. */
export function verdictsOf(row: MatrixRow): RegressionRow[] {
  verdicts ??= groupBy(published('regressions'), keyOf)
  return row.kind === 'community' ? (verdicts.get(keyOf(row)) ?? []) : []
}

/** The community row of the configuration of a verdict; undefined if its figures are only published in a coarser cell. */
export function rowOfVerdict(verdict: RegressionRow): MatrixRow | undefined {
  rows ??= new Map(
    published('matrix')
      .filter((row) => row.kind === 'community')
      .map((row) => [keyOf(row), row]),
  )
  return rows.get(keyOf(verdict))
}

/** Verdicts by engine, newest version first; within a version confirmed ones first, then by effect. */
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

function keyOf({ model_id, quantization, gpu_id, gpu_count, engine, measurement_type }: Configuration): string {
  return [model_id, quantization, gpu_id, gpu_count, engine, measurement_type].join('|')
}
