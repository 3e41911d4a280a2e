import type { DuckDBConnection } from '@duckdb/node-api'
import type { BinRow, Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import { aggregatePartitions, type PartitionAggregates } from '../../pipeline/aggregate/aggregate_partitions.ts'
import { Partition, packStratum, partitionKeyOf, sortPartitions } from '../../pipeline/strata/partition.ts'
import type { Stratum } from '../../pipeline/strata/stratum.ts'

/** What the published tables hold of samples. */
export interface Aggregates extends Omit<PartitionAggregates, 'bins'> {
  /** Bins by model slug. */
  bins: Map<string, BinRow[]>
}

/** Strata by partition, in order of the keys. */
export function groupPartitions(strata: readonly Stratum[]): Partition[] {
  const partitions = new Map<string, Partition>()
  for (const { lines, pairs, ...identity } of strata.map(packStratum)) {
    const key = partitionKeyOf(identity)
    const partition = partitions.get(key) ?? new Partition(key)
    partitions.set(key, partition)
    partition.add(identity, lines, pairs, 1)
  }
  return sortPartitions([...partitions.values()])
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
  const { bins, ...rest } = await aggregatePartitions(connections, groupPartitions(strata), { policy, withdrawn })
  const byModel = bins.map(({ model_slug, rows }): [string, BinRow[]] => [model_slug, rows()])
  return { ...rest, bins: new Map(byModel.filter(([, rows]) => rows.length > 0)) }
}
