import { DuckDBInstance } from '@duckdb/node-api'
import type { Thresholds, WithdrawnCell } from '../../../contracts/index.ts'
import { type Aggregates, aggregate } from '../../../pipeline/aggregate/aggregate.ts'
import type { Stratum } from '../../../pipeline/check/strata.ts'

/** What DuckDB makes of strata, on one thread. */
export async function aggregateInDuckdb(
  strata: Stratum[],
  policy: Thresholds,
  withdrawn: readonly WithdrawnCell[] = [],
): Promise<Aggregates> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' })
  const connection = await database.connect()
  try {
    return await aggregate(connection, strata, policy, withdrawn)
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}
