import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'

type Row = readonly DuckDBValue[]

/** Rows of one chunk: DuckDB's vector size. */
const CHUNK_ROWS = 2048

/** Appends rows to a table in chunks: one by one, value by value, takes twice as long. */
export class TableWriter {
  readonly #appender: DuckDBAppender
  readonly #types: DuckDBType[]
  #rows: Row[] = []

  private constructor(appender: DuckDBAppender) {
    this.#appender = appender
    this.#types = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i))
  }

  static async open(connection: DuckDBConnection, table: string): Promise<TableWriter> {
    return new TableWriter(await connection.createAppender(table))
  }

  write(row: Row): void {
    if (this.#rows.push(row) === CHUNK_ROWS) this.#flush()
  }

  /** Completes the table. */
  close(): void {
    if (this.#rows.length > 0) this.#flush()
    this.#appender.closeSync()
  }

  #flush(): void {
    const chunk = DuckDBDataChunk.create(this.#types)
    chunk.setRows(this.#rows)
    this.#appender.appendDataChunk(chunk)
    this.#rows = []
  }
}

/** Appends rows to a table. */
export async function insertRows(connection: DuckDBConnection, table: string, rows: Iterable<Row>): Promise<void> {
  const writer = await TableWriter.open(connection, table)
  for (const row of rows) writer.write(row)
  writer.close()
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
