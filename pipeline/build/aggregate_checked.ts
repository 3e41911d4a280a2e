import { aggregatePartitions } from '../aggregate/aggregate_partitions.ts'
import type { AggregateOptions } from '../aggregate/aggregates.ts'
import type { ClickhouseEngine } from '../clickhouse/aggregate_at.ts'
import type { Database } from '../lib/database.ts'
import type { BegunCheck } from '../review/check.ts'
import type { CheckResult } from '../review/check_result.ts'

/** Aggregates what a check most likely finds, and once more where it finds something else. */
export async function aggregateChecked<T>(
  { likely, final }: BegunCheck,
  aggregate: (check: CheckResult) => Promise<T>,
) {
  const [early] = await Promise.allSettled([aggregate(likely), final])
  const check = await final
  if (check !== likely) return { check, aggregates: await aggregate(check) }
  if (early.status === 'rejected') throw early.reason
  return { check, aggregates: early.value }
}

/** In DuckDB, in this process. */
export async function aggregateHere(
  opening: Promise<Database>,
  { partitions }: CheckResult,
  options: AggregateOptions,
) {
  return { ...(await aggregatePartitions(opening, partitions, options)), tools: {} }
}

/** In a ClickHouse, which is named among the tools. */
export async function aggregateRemotely(engine: ClickhouseEngine, { strata }: CheckResult, options: AggregateOptions) {
  // Loaded where it is used: its client takes time to load.
  const { aggregateAt } = await import('../clickhouse/aggregate_at.ts')
  const { version, ...aggregates } = await aggregateAt(engine, strata, options)
  return { ...aggregates, tools: { clickhouse: version } }
}
