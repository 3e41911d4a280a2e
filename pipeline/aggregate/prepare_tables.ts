import type { DuckDBConnection } from '@duckdb/node-api'
import { readSql } from '../lib/sql_text.ts'
import { QUANTITIES } from '../scan/bin_counter.ts'

const TABLES = `
CREATE OR REPLACE TABLE strata (
  stratum_id INTEGER, lines BIGINT, contributor INTEGER, host INTEGER, model_id VARCHAR, model_slug VARCHAR, quantization VARCHAR,
  gpu_id VARCHAR, gpu_count INTEGER, engine VARCHAR, engine_version VARCHAR, measurement_type VARCHAR, prompt_bucket VARCHAR, month VARCHAR,
  exit VARCHAR, first_token_counts BOOLEAN, tokens_count BOOLEAN);
CREATE OR REPLACE TABLE stratum_bins (stratum_id INTEGER, metric UTINYINT, idx INTEGER, n INTEGER);
CREATE OR REPLACE TABLE versions (engine VARCHAR, engine_version VARCHAR, variant VARCHAR, ordinal INTEGER);
CREATE OR REPLACE TABLE withdrawn (
  model_id VARCHAR, quantization VARCHAR, gpu_id VARCHAR, gpu_count INTEGER, engine VARCHAR, engine_version VARCHAR,
  measurement_type VARCHAR, prompt_bucket VARCHAR, month VARCHAR);
CREATE OR REPLACE TABLE quantities (metric UTINYINT, name ENUM (${listNames()}));
INSERT INTO quantities VALUES ${QUANTITIES.map((name, number) => `(${number}, '${name}')`).join(', ')}`

/** In alphabetical order, by which they sort as texts would; as numbers they group and join faster. */
function listNames(): string {
  return QUANTITIES.toSorted()
    .map((name) => `'${name}'`)
    .join(', ')
}

/** Creates the tables that strata are loaded into, empty, and the macros. A database that has them already does it faster. */
export async function prepareTables(connection: DuckDBConnection): Promise<void> {
  await connection.run(`${TABLES};\n${readSql('macros')}`)
}
