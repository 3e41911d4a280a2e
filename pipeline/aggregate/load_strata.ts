import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { QUANTITIES, readBinKey } from '../check/measure.ts'
import type { Stratum } from '../check/strata.ts'

const TABLES = `
CREATE OR REPLACE TABLE strata (
  stratum_id INTEGER, lines BIGINT, kind VARCHAR, source VARCHAR, contributor VARCHAR, model_id VARCHAR, model_slug VARCHAR,
  quantization VARCHAR, gpu_id VARCHAR, gpu_count INTEGER, engine VARCHAR, engine_version VARCHAR, measurement_type VARCHAR,
  prompt_bucket VARCHAR, month VARCHAR, exit VARCHAR, cold_start BOOLEAN);
CREATE OR REPLACE TABLE stratum_bins (stratum_id INTEGER, metric UTINYINT, idx INTEGER, n BIGINT);
CREATE OR REPLACE TABLE quantities (metric UTINYINT, name VARCHAR)`

/** Fills the tables `strata` and `stratum_bins` (its `metric` is a number of `quantities`). */
export async function loadStrata(connection: DuckDBConnection, strata: Stratum[]): Promise<void> {
  await connection.run(TABLES)
  await append(connection, 'strata', strata, appendStratum)
  await append(connection, 'stratum_bins', strata, appendBins)
  await append(connection, 'quantities', QUANTITIES, appendQuantity)
}

/** Appends what `appendRows` makes of each item and its number. */
async function append<T>(
  connection: DuckDBConnection,
  table: string,
  items: readonly T[],
  appendRows: (appender: DuckDBAppender, id: number, item: T) => void,
): Promise<void> {
  const appender = await connection.createAppender(table)
  for (const [id, item] of items.entries()) appendRows(appender, id, item)
  appender.closeSync()
}

function appendQuantity(appender: DuckDBAppender, number: number, name: string): void {
  appender.appendUTinyInt(number)
  appender.appendVarchar(name)
  appender.endRow()
}

function appendBins(appender: DuckDBAppender, id: number, { bins }: Stratum): void {
  for (const [key, n] of bins) {
    const { quantity, bucket } = readBinKey(key)
    appender.appendInteger(id)
    appender.appendUTinyInt(quantity)
    appender.appendInteger(bucket)
    appender.appendBigInt(BigInt(n))
    appender.endRow()
  }
}

function appendStratum(appender: DuckDBAppender, id: number, stratum: Stratum): void {
  appender.appendInteger(id)
  appender.appendBigInt(BigInt(stratum.lines))
  for (const key of ['kind', 'source', 'contributor', 'model_id', 'model_slug', 'quantization', 'gpu_id'] as const)
    appender.appendVarchar(stratum[key])
  appender.appendInteger(stratum.gpu_count)
  for (const key of ['engine', 'engine_version', 'measurement_type', 'prompt_bucket', 'month', 'exit'] as const)
    appender.appendVarchar(stratum[key])
  appender.appendBoolean(stratum.cold_start)
  appender.endRow()
}
