import { DuckDBInstance } from '@duckdb/node-api'
import type { Thresholds, WithdrawnCell } from '../../../contracts/index.ts'
import { aggregate } from '../../../pipeline/aggregate/aggregate.ts'
import type { Aggregates } from '../../../pipeline/aggregate/aggregates.ts'
import type { Stratum } from '../../../pipeline/strata/stratum.ts'

export interface DuckdbOptions {
  withdrawn?: readonly WithdrawnCell[]
  threads?: number
}

/** What DuckDB makes of strata, by default on one thread. */
export async function aggregateInDuckdb(
  strata: Stratum[],
  policy: Thresholds,
  { withdrawn = [], threads = 1 }: DuckdbOptions = {},
): Promise<Aggregates> {
  const database = await DuckDBInstance.create(':memory:', { threads: String(threads), memory_limit: '1GB' })
  const connection = await database.connect()
  try {
    return await aggregate(connection, strata, policy, withdrawn)
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}
