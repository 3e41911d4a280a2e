import { type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk, INTEGER, UTINYINT } from '@duckdb/node-api'
import type { WithdrawnCell } from '../../contracts/index.ts'
import { readBin } from '../scan/bin_counter.ts'
import type { Stratum } from '../strata/stratum.ts'

/** Fills the table `withdrawn`. */
export async function loadWithdrawn(connection: DuckDBConnection, cells: readonly WithdrawnCell[]): Promise<void> {
  await append(connection, 'withdrawn', cells, (appender, _, cell) => {
    for (const key of ['model_id', 'quantization', 'gpu_id'] as const) appender.appendVarchar(cell[key])
    appender.appendInteger(cell.gpu_count)
    for (const key of ['engine', 'engine_version', 'measurement_type', 'prompt_bucket', 'month'] as const)
      appender.appendVarchar(cell[key])
    appender.endRow()
  })
}

/** Fills the tables `strata` and `stratum_bins` (its `metric` is a number of `quantities`). */
export async function loadStrata(connection: DuckDBConnection, strata: readonly Stratum[]): Promise<void> {
  await loadStrataAlone(connection, strata)
  await loadBins(
    connection,
    strata.map(({ bins }, id) => [id, Int32Array.from([...bins].flat())]),
  )
}

/** Fills the table `strata`. A stratum's id is its place in the list. */
export async function loadStrataAlone(
  connection: DuckDBConnection,
  strata: readonly Omit<Stratum, 'bins'>[],
): Promise<void> {
  const numbers = new Map(
    [...new Set(strata.map(({ contributor }) => contributor))].sort().map((name, number) => [name, number]),
  )
  await append(connection, 'strata', strata, (appender, id, stratum) =>
    appendStratum(appender, id, stratum, numbers.get(stratum.contributor)!),
  )
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

/** Rows of one chunk: DuckDB's vector size. */
const CHUNK_ROWS = 2048
const BIN_TYPES = [INTEGER, UTINYINT, INTEGER, INTEGER]

/**
 * Adds bins to `stratum_bins`, given as pairs of a bin and its count by id of the stratum. In chunks of columns: half a million rows value by
 * value take twice as long.
 */
export async function loadBins(connection: DuckDBConnection, strata: readonly [number, Int32Array][]): Promise<void> {
  const appender = await connection.createAppender('stratum_bins')
  let columns: [number[], number[], number[], number[]] = [[], [], [], []]
  const flush = () => {
    const chunk = DuckDBDataChunk.create(BIN_TYPES)
    chunk.setColumns(columns)
    appender.appendDataChunk(chunk)
    columns = [[], [], [], []]
  }
  for (const [id, pairs] of strata) {
    for (let i = 0; i < pairs.length; i += 2) {
      const { quantity, bucket } = readBin(pairs[i]!)
      columns[0].push(id)
      columns[1].push(quantity)
      columns[2].push(bucket)
      columns[3].push(pairs[i + 1]!)
      if (columns[0].length === CHUNK_ROWS) flush()
    }
  }
  if (columns[0].length > 0) flush()
  appender.closeSync()
}

function appendStratum(
  appender: DuckDBAppender,
  id: number,
  stratum: Omit<Stratum, 'bins'>,
  contributor: number,
): void {
  appender.appendInteger(id)
  appender.appendBigInt(BigInt(stratum.lines))
  appender.appendVarchar(stratum.kind)
  appender.appendVarchar(stratum.source)
  appender.appendInteger(contributor)
  for (const key of ['model_id', 'model_slug', 'quantization', 'gpu_id'] as const) appender.appendVarchar(stratum[key])
  appender.appendInteger(stratum.gpu_count)
  for (const key of ['engine', 'engine_version', 'measurement_type', 'prompt_bucket', 'month', 'exit'] as const)
    appender.appendVarchar(stratum[key])
  appender.appendBoolean(stratum.first_token_counts)
  appender.appendBoolean(stratum.tokens_count)
  appender.endRow()
}
