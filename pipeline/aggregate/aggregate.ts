import type { DuckDBConnection } from '@duckdb/node-api'
import type { BinRow, Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import { groupPartitions } from '../strata/partition.ts'
import type { Stratum } from '../strata/stratum.ts'
import { aggregatePartitions } from './aggregate_partitions.ts'
import type { Aggregates } from './aggregates.ts'

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
  const connections = Promise.resolve({ connection })
  const { bins, ...rest } = await aggregatePartitions(connections, groupPartitions(strata), { policy, withdrawn })
  const byModel = bins.map(({ model_slug, rows }): [string, BinRow[]] => [model_slug, rows()])
  return { ...rest, bins: new Map(byModel.filter(([, rows]) => rows.length > 0)) }
}
