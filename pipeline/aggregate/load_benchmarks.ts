import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { throughputOf } from '../../contracts/load.ts'
import { bucketIndex } from '../../contracts/metrics.ts'
import { runSql } from '../lib/run_sql.ts'
import type { BenchmarkRow } from '../review/review_benchmarks.ts'
import { benchmarkValues } from './benchmark_values.ts'
import { insertRows } from './insert_rows.ts'

/** Fills the tables `benchmark_groups` (what many rows have in common), `benchmark_rows` and `benchmark_values`. */
export async function loadBenchmarks(connection: DuckDBConnection, rows: readonly BenchmarkRow[]): Promise<void> {
  await runSql(connection, 'benchmarks/tables')
  const columns = (await connection.runAndReadAll('DESCRIBE benchmark_groups')).getRows().map(([name]) => name)
  const keys = columns.slice(1) as (keyof BenchmarkRow)[]
  const describe = (row: BenchmarkRow): DuckDBValue[] => keys.map((key) => row[key] ?? null)
  const groups = [...Map.groupBy(rows, (row) => describe(row).join('\n')).values()]
  const numbered = groups.flatMap((own, group) => own.map((row) => ({ row, group })))
  const insert = (table: string, own: DuckDBValue[][]) => insertRows(connection, `benchmark_${table}`, own)
  const derived = (row: BenchmarkRow) => throughputOf(row)?.derived ?? null
  const valuesOf = ({ row }: { row: BenchmarkRow }, id: number): DuckDBValue[][] =>
    benchmarkValues(row).map(([metric, value]) => [id, metric, value, bucketIndex(value)])
  await insert(
    'groups',
    groups.map(([first], group) => [group, ...describe(first!)]),
  )
  await insert(
    'rows',
    numbered.map(({ row, group }, id) => [id, group, row.runs, row.concurrency, derived(row)]),
  )
  await insert('values', numbered.flatMap(valuesOf))
}
