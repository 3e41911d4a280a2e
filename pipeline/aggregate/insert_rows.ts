import { type DuckDBConnection, DuckDBDataChunk, type DuckDBValue } from '@duckdb/node-api'

/** Rows of one chunk: DuckDB's vector size. */
const CHUNK_ROWS = 2048

/** Appends rows to a table in chunks: one by one, value by value, takes twice as long. */
export async function insertRows(
  connection: DuckDBConnection,
  table: string,
  rows: Iterable<readonly DuckDBValue[]>,
): Promise<void> {
  const appender = await connection.createAppender(table)
  const types = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i))
  let held: (readonly DuckDBValue[])[] = []
  const flush = () => {
    const chunk = DuckDBDataChunk.create(types)
    chunk.setRows(held)
    appender.appendDataChunk(chunk)
    held = []
  }
  for (const row of rows) if (held.push(row) === CHUNK_ROWS) flush()
  if (held.length > 0) flush()
  appender.closeSync()
}

/** Appends columns of whole numbers of one length to a table: many rows in half the time that they take one by one. */
export async function insertColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Int32Array[],
): Promise<void> {
  const appender = await connection.createAppender(table)
  const types = columns.map((_, i) => appender.columnType(i))
  for (let at = 0; at < columns[0]!.length; at += CHUNK_ROWS) {
    const chunk = DuckDBDataChunk.create(types)
    chunk.setColumns(columns.map((column) => column.subarray(at, at + CHUNK_ROWS) as unknown as DuckDBValue[]))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}
