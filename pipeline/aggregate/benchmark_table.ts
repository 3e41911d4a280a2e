import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api'
import { bucketIndex } from '../../contracts/metrics.ts'
import type { BenchmarkRow } from '../review/review_benchmarks.ts'
import { benchmarkValues } from './benchmark_values.ts'
import { runSql } from './run_sql.ts'

const ROW_COLUMNS = {
  source: VARCHAR,
  model_id: VARCHAR,
  model_slug: VARCHAR,
  quantization: VARCHAR,
  gpu_id: VARCHAR,
  gpu_count: INTEGER,
  engine: VARCHAR,
  engine_version: VARCHAR,
  measurement_type: VARCHAR,
  prompt_bucket: VARCHAR,
  month: VARCHAR,
  exit: VARCHAR,
  runs: INTEGER,
  machine: VARCHAR,
} satisfies Partial<Record<keyof BenchmarkRow, DuckDBType>>
const ROW_KEYS = Object.keys(ROW_COLUMNS) as (keyof typeof ROW_COLUMNS)[]

/** The tables `benchmark_rows` and `benchmark_values` of a database, while rows are added to them. */
export class BenchmarkTable {
  readonly #rows: ChunkWriter
  readonly #values: ChunkWriter
  #count = 0

  private constructor(rows: DuckDBAppender, values: DuckDBAppender) {
    this.#rows = new ChunkWriter(rows, [INTEGER, ...Object.values(ROW_COLUMNS)])
    this.#values = new ChunkWriter(values, [INTEGER, VARCHAR, DOUBLE, INTEGER])
  }

  /** Creates the tables, empty. */
  static async create(connection: DuckDBConnection): Promise<BenchmarkTable> {
    await runSql(connection, 'benchmarks/tables')
    const [rows, values] = [
      await connection.createAppender('benchmark_rows'),
      await connection.createAppender('benchmark_values'),
    ]
    return new BenchmarkTable(rows, values)
  }

  add(row: BenchmarkRow): void {
    const id = this.#count++
    this.#rows.write([id, ...ROW_KEYS.map((key) => row[key] ?? null)])
    for (const [quantity, value] of benchmarkValues(row)) this.#values.write([id, quantity, value, bucketIndex(value)])
  }

  /** Completes the tables. */
  close(): void {
    this.#rows.close()
    this.#values.close()
  }
}

/** Rows of one chunk: DuckDB's vector size. */
const CHUNK_ROWS = 2048

type Value = string | number | null

/** Appends rows in chunks: one by one, value by value, takes twice as long. */
class ChunkWriter {
  readonly #appender: DuckDBAppender
  readonly #types: DuckDBType[]
  #rows: Value[][] = []

  constructor(appender: DuckDBAppender, types: DuckDBType[]) {
    this.#appender = appender
    this.#types = types
  }

  write(row: Value[]): void {
    this.#rows.push(row)
    if (this.#rows.length === CHUNK_ROWS) this.#flush()
  }

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
