import type { DuckDBConnection } from '@duckdb/node-api'
import type { BinRow, CellRow, Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import { aggregatePartitions } from '../../pipeline/aggregate/aggregate_partitions.ts'
import type { Aggregates as PackedAggregates } from '../../pipeline/aggregate/aggregates.ts'
import { CELL_KEYS } from '../../pipeline/aggregate/load_strata.ts'
import { type NamedTable, unpackTable } from '../../pipeline/lib/named_table.ts'
import { partitionsOf } from '../../pipeline/strata/strata_collector.ts'
import type { Stratum } from '../../pipeline/strata/stratum.ts'

/** What the published tables hold of samples. */
export interface Aggregates extends Omit<PackedAggregates, 'bins' | 'results'> {
  /** Bins by model slug. */
  bins: Map<string, BinRow[]>
}

/** The rows of tables of bins that are not empty, by model slug. */
export function unpackBins(tables: readonly NamedTable[]): Map<string, BinRow[]> {
  const filled = tables.filter(({ rows }) => rows > 0)
  return new Map(filled.map(({ name, bytes }) => [name.slice('bins/'.length, -'.arrow'.length), unpackTable(bytes)]))
}

/** What identifies a published cell. */
export function identifyCell(cell: CellRow): WithdrawnCell {
  return Object.fromEntries(CELL_KEYS.map((key) => [key, cell[key]])) as WithdrawnCell
}

/**
 * Aggregates strata into the published rows.
 *
 * @param withdrawn community cells that are not published again
 */
export async function aggregate(
  connection: DuckDBConnection,
  strata: readonly Stratum[],
  policy: Thresholds,
  withdrawn: readonly WithdrawnCell[] = [],
): Promise<Aggregates> {
  const connections = Promise.resolve({ connection })
  const options = { policy, withdrawn }
  const { bins, results: _, ...rest } = await aggregatePartitions(connections, partitionsOf(strata), options)
  return { ...rest, bins: unpackBins(bins) }
}
