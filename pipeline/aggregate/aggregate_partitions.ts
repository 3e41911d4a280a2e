import type { DuckDBConnection } from '@duckdb/node-api'
import { type Manifest, stepCount } from '../../contracts/index.ts'
import type { Partition } from '../strata/strata_collector.ts'
import type { AggregateOptions, Aggregates, KeptResult, PartitionResult, Pending } from './aggregates.ts'
import { computePartitions } from './compute_partitions.ts'
import { judgeRegressions } from './judge_regressions.ts'

/** Aggregates partitions of strata, computing only those that changed. The database may still be opening. */
export async function aggregatePartitions(
  opening: Promise<{ connection: DuckDBConnection }>,
  partitions: readonly Partition[],
  options: AggregateOptions,
): Promise<Aggregates> {
  const kept = await findResults(opening, partitions, options)
  const all = <Key extends keyof PartitionResult>(key: Key): PartitionResult[Key][] =>
    [...kept.values()].map(({ result }) => result[key])
  return {
    matrix: all('matrix').flat(),
    cells: all('cells').flat(),
    serving: all('serving').flat(),
    bins: all('bins'),
    regressions: judgeRegressions(all('tests').flat(), options.policy.k === 1),
    collecting: countPending(all('pending'), options.policy.k),
    results: kept,
  }
}

/** The results of partitions in their order, the former ones where they follow from the same. */
async function findResults(
  opening: Promise<{ connection: DuckDBConnection }>,
  partitions: readonly Partition[],
  { former, ...options }: AggregateOptions,
): Promise<Map<string, KeptResult>> {
  const { policy, withdrawn, frozen = [] } = options
  const cells = Map.groupBy(withdrawn, ({ model_id }) => model_id)
  const stay = Map.groupBy(frozen, ({ row }) => row.model_id)
  const inputs = new Map(
    partitions.map(({ key }) => [key, JSON.stringify([policy, cells.get(key) ?? [], stay.get(key) ?? []])]),
  )
  const missing = partitions.filter(({ key }) => former?.get(key)?.inputs !== inputs.get(key))
  const computed = missing.length > 0 ? await computePartitions((await opening).connection, missing, options) : []
  const fresh = new Map(missing.map(({ key }, i) => [key, { inputs: inputs.get(key)!, result: computed[i]! }]))
  return new Map(partitions.map(({ key }) => [key, fresh.get(key) ?? former!.get(key)!]))
}

/** What is said of all that is pending. Nothing is of what fewer than k contributors have sent: the number would be theirs. */
function countPending(parts: readonly Pending[], k: number): Manifest['collecting'] {
  const contributors = new Set(parts.flatMap((part) => part.contributors))
  if (contributors.size < k) return { cells: 0, samples: 0 }
  const lines = parts.reduce((sum, part) => sum + part.lines, 0)
  return { cells: stepCount(parts.reduce((sum, { cells }) => sum + cells, 0)), samples: stepCount(lines) }
}
