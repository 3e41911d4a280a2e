import type { DuckDBConnection } from '@duckdb/node-api'
import { throughputOf } from '../../contracts/load.ts'
import { bucketIndex } from '../../contracts/metrics.ts'
import { runSql } from '../lib/run_sql.ts'
import type { BenchmarkRow } from '../review/review_benchmarks.ts'
import { benchmarkValues } from './benchmark_values.ts'
import { TableWriter } from './table_writer.ts'

/** What many rows have in common, in the order of the columns: texts that are appended once for all of them. */
const GROUP_KEYS = [
  'source',
  'model_id',
  'model_slug',
  'quantization',
  'gpu_id',
  'gpu_count',
  'engine',
  'engine_version',
  'measurement_type',
  'concurrency_bucket',
  'engine_backend',
  'prompt_bucket',
  'output_bucket',
  'month',
  'exit',
  'machine',
] as const satisfies (keyof BenchmarkRow)[]

/** The tables `benchmark_groups`, `benchmark_rows` and `benchmark_values` of a database, while rows are added to them. */
export class BenchmarkTable {
  readonly #groups: TableWriter
  readonly #rows: TableWriter
  readonly #values: TableWriter
  readonly #groupIds = new Map<string, number>()
  #count = 0

  private constructor(groups: TableWriter, rows: TableWriter, values: TableWriter) {
    this.#groups = groups
    this.#rows = rows
    this.#values = values
  }

  /** Creates the tables, empty. */
  static async create(connection: DuckDBConnection): Promise<BenchmarkTable> {
    await runSql(connection, 'benchmarks/tables')
    const open = (name: string) => TableWriter.open(connection, `benchmark_${name}`)
    return new BenchmarkTable(await open('groups'), await open('rows'), await open('values'))
  }

  add(row: BenchmarkRow): void {
    const id = this.#count++
    const derived = throughputOf(row)?.derived ?? null
    this.#rows.write([id, this.#groupOf(row), row.runs, row.concurrency, derived])
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
