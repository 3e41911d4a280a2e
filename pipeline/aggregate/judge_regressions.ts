import type { DuckDBConnection } from '@duckdb/node-api'
import type { RegressionRow } from '../../contracts/index.ts'
import type { RegressionTest } from './row_results.ts'
import { readRows } from './run_sql.ts'

const TABLE = `
CREATE OR REPLACE TABLE regression_tests (
  model_id VARCHAR, quantization VARCHAR, gpu_id VARCHAR, gpu_count INTEGER, engine VARCHAR, measurement_type VARCHAR,
  prompt_bucket VARCHAR, from_version VARCHAR, to_version VARCHAR, test VARCHAR, n INTEGER, p DOUBLE, effect DOUBLE)`

/** The tests that found a regression, judged among all of the same version step. */
export async function judgeRegressions(
  connection: DuckDBConnection,
  tests: readonly RegressionTest[],
): Promise<RegressionRow[]> {
  if (tests.length === 0) return []
  await connection.run(TABLE)
  const appender = await connection.createAppender('regression_tests')
  for (const test of tests) {
    for (const key of ['model_id', 'quantization', 'gpu_id'] as const) appender.appendVarchar(test[key])
    appender.appendInteger(test.gpu_count)
    for (const key of ['engine', 'measurement_type', 'prompt_bucket', 'from_version', 'to_version', 'test'] as const)
      appender.appendVarchar(test[key])
    appender.appendInteger(test.n)
    appender.appendDouble(test.p)
    appender.appendDouble(test.effect)
    appender.endRow()
  }
  appender.closeSync()
  return readRows(connection, 'regressions')
}
