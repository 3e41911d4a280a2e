import type { DuckDBConnection } from '@duckdb/node-api'
import type { BinRow } from '../../contracts/index.ts'
import type { Partition } from '../strata/partition.ts'
import type { AggregateOptions, Aggregates } from './aggregates.ts'
import { computePartitions } from './compute_partitions.ts'
import { judgeRegressions } from './judge_regressions.ts'
import type { PartitionResult } from './partition_result.ts'
import { countPending } from './pending.ts'
import { ResultCache } from './result_cache.ts'

/** The bins of one model, put together when they are needed. */
export interface ModelBins {
  model_slug: string
  /** A hash of all rows that are published of the model; null where it was not computed. */
  fingerprint: string | null
  rows: () => BinRow[]
}

export interface PartitionAggregates extends Aggregates {
  bins: ModelBins[]
}

/** Aggregates partitions of strata, computing only those that the cache does not know. The database may still be opening. */
export async function aggregatePartitions(
  opening: Promise<{ connection: DuckDBConnection }>,
  partitions: readonly Partition[],
  options: AggregateOptions,
): Promise<PartitionAggregates> {
  const results = await findResults(opening, partitions, options)
  return {
    matrix: results.flatMap(({ matrix }) => matrix).sort((a, b) => (a.matrix_id < b.matrix_id ? -1 : 1)),
    cells: results.flatMap(({ cells }) => cells).sort((a, b) => (a.cell_id < b.cell_id ? -1 : 1)),
    bins: groupBins(results),
    regressions: judgeRegressions(results.flatMap(({ tests }) => tests)),
    collecting: countPending(
      results.map(({ pending }) => pending),
      options.policy.k,
    ),
  }
}

async function findResults(
  opening: Promise<{ connection: DuckDBConnection }>,
  partitions: readonly Partition[],
  options: AggregateOptions,
): Promise<PartitionResult[]> {
  const cache = new ResultCache(options)
  const known = partitions.map((partition) => cache.get(partition))
  const missing = partitions.filter((_, i) => known[i] === null)
  const results = known.filter((result) => result !== null)
  if (missing.length === 0) return results
  const { connection } = await opening
  const computed = await computePartitions(connection, missing, options)
  for (const [i, partition] of missing.entries()) results.push(await cache.put(partition, computed[i]!))
  return results
}

/** By model, in order of the cells' ids. */
function groupBins(results: readonly PartitionResult[]): ModelBins[] {
  const published = results.filter(({ cells }) => cells.length > 0)
  const byModel = Map.groupBy(published, ({ model_slug }) => model_slug)
  const models = [...byModel].map(([model_slug, own]): ModelBins => {
    const fingerprints = own.map(({ fingerprint }) => fingerprint).sort()
    return {
      model_slug,
      fingerprint: fingerprints.includes(null) ? null : fingerprints.join('\n'),
      rows: () => sortByCell(own.flatMap(({ bins }) => bins())),
    }
  })
  return models.sort((a, b) => (a.model_slug < b.model_slug ? -1 : 1))
}

function sortByCell(bins: BinRow[]): BinRow[] {
  const byCell = [...Map.groupBy(bins, ({ cell_id }) => cell_id)]
  return byCell.sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, own]) => own)
}
