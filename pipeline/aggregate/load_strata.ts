import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { type FrozenCell, orderVersions, WithdrawnCell } from '../../contracts/index.ts'
import { readSql } from '../lib/run_sql.ts'
import { QUANTITIES, readBin } from '../scan/bin_counter.ts'
import { STRATUM_KEYS, type Stratum } from '../strata/stratum.ts'
import { insertColumns, insertRows } from './insert_rows.ts'

type Rows = Iterable<readonly DuckDBValue[]>

/** The columns of the table `withdrawn`. */
export const CELL_KEYS = Object.keys(WithdrawnCell.shape) as (keyof WithdrawnCell)[]

const TYPES: Record<string, string> = {
  contributor: 'INTEGER',
  host: 'INTEGER',
  gpu_count: 'INTEGER',
  first_token_counts: 'BOOLEAN',
  tokens_count: 'BOOLEAN',
}
const FROZEN_RATES = ['ok_rate', 'cancel_rate', 'error_rate', 'reject_rate'] as const
const columns = (keys: readonly string[]) => keys.map((key) => `${key} ${TYPES[key] ?? 'VARCHAR'}`).join(', ')

/** In alphabetical order, by which they sort as texts would; as numbers they group and join faster. */
const NAMES = QUANTITIES.toSorted().map((name) => `'${name}'`)
const TABLES = `
CREATE OR REPLACE TABLE strata (stratum_id INTEGER, lines BIGINT, ${columns(STRATUM_KEYS)});
CREATE OR REPLACE TABLE stratum_bins (histogram_id INTEGER, idx INTEGER, n INTEGER);
CREATE OR REPLACE TABLE versions (engine VARCHAR, engine_version VARCHAR, variant VARCHAR, ordinal INTEGER);
CREATE OR REPLACE TABLE withdrawn (${columns(CELL_KEYS)});
CREATE OR REPLACE TABLE frozen_cells (cell_id VARCHAR, matrix_id VARCHAR, ${columns(CELL_KEYS)}, contributors INTEGER, samples INTEGER, ${FROZEN_RATES.map((rate) => `${rate} DOUBLE`).join(', ')});
CREATE OR REPLACE TABLE frozen_bins (cell_id VARCHAR, metric UTINYINT, n INTEGER, lo INTEGER, hi INTEGER, mass INTEGER, weight INTEGER);
CREATE OR REPLACE TABLE quantities (metric UTINYINT, name ENUM (${NAMES}));
INSERT INTO quantities VALUES ${QUANTITIES.map((name, number) => `(${number}, '${name}')`).join(', ')}`

/**
 * Creates the tables and macros that strata are aggregated with, and fills them; `loadBins` does the rest. A stratum's id is its place in the list, a
 * contributor's number that in `namesOf`.
 */
export async function loadStrata(
  connection: DuckDBConnection,
  strata: readonly Stratum[],
  withdrawn: readonly WithdrawnCell[],
  frozen: readonly FrozenCell[] = [],
): Promise<void> {
  await connection.run(`${TABLES};\n${readSql('macros')}`)
  // What a frozen cell held goes no further either.
  await insertRows(connection, 'withdrawn', [...withdrawn, ...frozen.map(({ row }) => row)].map(withdrawnRow))
  await insertRows(connection, 'frozen_cells', frozen.map(frozenRow))
  await insertRows(connection, 'frozen_bins', frozenBins(frozen))
  await insertRows(connection, 'versions', versionRows(strata))
  await insertRows(connection, 'strata', strataRows(strata))
}

/** Fills the table `stratum_bins`. The histogram of a quantity of a stratum has one number, as in the table `counted`: joins are by that alone. */
export async function loadBins(connection: DuckDBConnection, strata: readonly Stratum[]): Promise<void> {
  const length = strata.reduce((sum, { pairs }) => sum + pairs.length / 2, 0)
  const columns = Array.from({ length: 3 }, () => new Int32Array(length))
  const [histograms, buckets, counts] = columns as [Int32Array, Int32Array, Int32Array]
  let row = 0
  for (const [id, { pairs }] of strata.entries())
    for (let i = 0; i < pairs.length; i += 2, row++) {
      const { quantity, bucket } = readBin(pairs[i]!)
      histograms[row] = id * QUANTITIES.length + quantity
      buckets[row] = bucket
      counts[row] = pairs[i + 1]!
    }
  await insertColumns(connection, 'stratum_bins', columns)
}

/** The different names of contributors or hosts, by number. */
export function namesOf(strata: readonly Stratum[], key: 'contributor' | 'host'): string[] {
  return [...new Set(strata.map((stratum) => stratum[key]))].sort()
}

function withdrawnRow(cell: WithdrawnCell): DuckDBValue[] {
  return CELL_KEYS.map((key) => cell[key])
}

function frozenRow({ row }: FrozenCell): DuckDBValue[] {
  const counts = [row.contributors, row.samples, ...FROZEN_RATES.map((rate) => row[rate])]
  return [row.cell_id, row.matrix_id, ...withdrawnRow(row), ...counts]
}

function* frozenBins(frozen: readonly FrozenCell[]): Rows {
  for (const { row, bins } of frozen)
    for (const { metric, n, lo, hi, mass, weight } of bins)
      yield [row.cell_id, QUANTITIES.indexOf(metric), n, lo, hi, mass, weight]
}

function* versionRows(strata: readonly Stratum[]): Rows {
  for (const [engine, own] of Map.groupBy(strata, (stratum) => stratum.engine))
    for (const { version, variant, ordinal } of orderVersions(own.map(({ engine_version }) => engine_version)))
      yield [engine, version, variant, ordinal]
}

function* strataRows(strata: readonly Stratum[]): Rows {
  const numbers = (key: 'contributor' | 'host') => new Map(namesOf(strata, key).map((name, number) => [name, number]))
  const [contributors, hosts] = [numbers('contributor'), numbers('host')]
  for (const [id, stratum] of strata.entries()) {
    const row = { ...stratum, contributor: contributors.get(stratum.contributor)!, host: hosts.get(stratum.host)! }
    yield [id, BigInt(stratum.lines), ...STRATUM_KEYS.map((key) => row[key])]
  }
}
