import type { DuckDBConnection } from '@duckdb/node-api'
import { type Manifest, stepCount } from '../../contracts/index.ts'
import type { Partition } from '../strata/partition.ts'
import type { AggregateOptions, Aggregates, PartitionResult, Pending } from './aggregates.ts'
import { computePartitions } from './compute_partitions.ts'
import { judgeRegressions } from './judge_regressions.ts'

/** Aggregates partitions of strata, computing only those that the cache does not know. The database may still be opening. */
export async function aggregatePartitions(
  opening: Promise<{ connection: DuckDBConnection }>,
  partitions: readonly Partition[],
  options: AggregateOptions,
): Promise<Aggregates> {
  const names = nameResults(partitions, options)
  const results = await findResults(opening, partitions, names, options)
  return {
    matrix: results.flatMap(({ matrix }) => matrix),
    cells: results.flatMap(({ cells }) => cells),
    serving: results.flatMap(({ serving }) => serving),
    bins: results.map(({ bins }) => bins),
    regressions: judgeRegressions(
      results.flatMap(({ tests }) => tests),
      options.policy.k === 1,
    ),
    collecting: countPending(
      results.map(({ pending }) => pending),
      options.policy.k,
    ),
    fingerprint: names.join(),
  }
}

/** The names of the results of partitions in the cache. Where nothing is kept, no partition needs a fingerprint. */
function nameResults(
  partitions: readonly Partition[],
  { cache, policy, withdrawn, frozen = [] }: AggregateOptions,
): string[] {
  if (!cache.isKept) return partitions.map(({ key }) => key)
  const cells = Map.groupBy(withdrawn, ({ model_id }) => model_id)
  const kept = Map.groupBy(frozen, ({ row }) => row.model_id)
  return partitions.map(({ key, fingerprint }) =>
    cache.nameOf('result', JSON.stringify([policy, cells.get(key) ?? [], kept.get(key) ?? []]), fingerprint),
  )
}

async function findResults(
  opening: Promise<{ connection: DuckDBConnection }>,
  partitions: readonly Partition[],
  names: readonly string[],
  options: AggregateOptions,
): Promise<PartitionResult[]> {
  const results = names.map((name) => options.cache.read<PartitionResult>(name))
  const missing = [...partitions.keys()].filter((i) => results[i] === null)
  if (missing.length > 0) {
    const { connection } = await opening
    const changed = missing.map((i) => partitions[i]!)
    const computed = await computePartitions(connection, changed, options)
    for (const [place, i] of missing.entries()) {
      results[i] = computed[place]!
      await options.cache.write(names[i]!, results[i])
    }
  }
  return results as PartitionResult[]
}

/** What is said of all that is pending. Nothing is of what fewer than k contributors have sent: the number would be theirs. */
function countPending(parts: readonly Pending[], k: number): Manifest['collecting'] {
  const contributors = new Set(parts.flatMap((part) => part.contributors))
  if (contributors.size < k) return { cells: 0, samples: 0 }
  const lines = parts.reduce((sum, part) => sum + part.lines, 0)
  return { cells: stepCount(parts.reduce((sum, { cells }) => sum + cells, 0)), samples: stepCount(lines) }
}
