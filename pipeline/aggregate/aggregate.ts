import type { DuckDBConnection } from '@duckdb/node-api'
import type { BinRow, CellRow, MatrixRow, RegressionRow, Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import type { Stratum } from '../check/strata.ts'
import { groupFamilies } from '../check/strata_family.ts'
import { aggregateFamilies } from './aggregate_families.ts'

export interface Aggregates {
  matrix: MatrixRow[]
  cells: CellRow[]
  /** Bins by model slug. */
  bins: Map<string, BinRow[]>
  regressions: RegressionRow[]
  collecting: { cells: number; samples: number }
}

/**
 * Aggregates what was accepted into the published rows.
 *
 * @param withdrawn community cells that are not published again
 */
export async function aggregate(
  connection: DuckDBConnection,
  strata: Stratum[],
  policy: Thresholds,
  withdrawn: readonly WithdrawnCell[] = [],
): Promise<Aggregates> {
  const { bins, ...rest } = await aggregateFamilies(connection, groupFamilies(strata), { policy, withdrawn })
  const byModel = bins.map(({ model_slug, rows }): [string, BinRow[]] => [model_slug, rows()])
  return { ...rest, bins: new Map(byModel.filter(([, rows]) => rows.length > 0)) }
}
