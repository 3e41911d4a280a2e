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

/** What many rows have in common: texts that are appended once for all of them. */
const GROUP_COLUMNS = {
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
  machine: VARCHAR,
} satisfies Partial<Record<keyof BenchmarkRow, DuckDBType>>
const GROUP_KEYS = Object.keys(GROUP_COLUMNS) as (keyof typeof GROUP_COLUMNS)[]

/** The tables `benchmark_groups`, `benchmark_rows` and `benchmark_values` of a database, while rows are added to them. */
export class BenchmarkTable {
  readonly #groups: ChunkWriter
  readonly #rows: ChunkWriter
  readonly #values: ChunkWriter
  readonly #groupIds = new Map<string, number>()
  #count = 0

  private constructor(groups: DuckDBAppender, rows: DuckDBAppender, values: DuckDBAppender) {
    this.#groups = new ChunkWriter(groups, [INTEGER, ...Object.values(GROUP_COLUMNS)])
    this.#rows = new ChunkWriter(rows, [INTEGER, INTEGER, INTEGER])
    this.#values = new ChunkWriter(values, [INTEGER, VARCHAR, DOUBLE, INTEGER])
  }

  /** Creates the tables, empty. */
  static async create(connection: DuckDBConnection): Promise<BenchmarkTable> {
    await runSql(connection, 'benchmarks/tables')
    const groups = await connection.createAppender('benchmark_groups')
    const rows = await connection.createAppender('benchmark_rows')
    return new BenchmarkTable(groups, rows, await connection.createAppender('benchmark_values'))
  }

  add(row: BenchmarkRow): void {
    const id = this.#count++
    this.#rows.write([id, this.#groupOf(row), row.runs])
    for (const [quantity, value] of benchmarkValues(row)) this.#values.write([id, quantity, value, bucketIndex(value)])
  }

  #groupOf(row: BenchmarkRow): number {
    const values = GROUP_KEYS.map((key) => row[key] ?? null)
    const key = values.join('\n')
    const known = this.#groupIds.get(key)
    if (known !== undefined) return known
    const id = this.#groupIds.size
    this.#groupIds.set(key, id)
    this.#groups.write([id, ...values])
    return id
  }

  /** Completes the tables. */
  close(): void {
    this.#groups.close()
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
