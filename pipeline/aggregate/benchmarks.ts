import type { DuckDBConnection } from '@duckdb/node-api'
import type { BinRow, CellRow, MatrixRow, ServingRow } from '../../contracts/index.ts'
import { type NamedTable, packTable } from '../lib/named_table.ts'
import { readRows, runSql } from '../lib/run_sql.ts'
import type { BenchmarkRow } from '../review/review_benchmarks.ts'
import { loadBenchmarks } from './load_benchmarks.ts'

/** What is published of benchmarks. */
export interface BenchmarkFigures {
  matrix: MatrixRow[]
  cells: CellRow[]
  serving: ServingRow[]
  /** A table for each model, in order of the cells' ids. */
  bins: NamedTable[]
}

/** The figures of benchmark rows. Percentiles are exact; bins serve the histograms. */
export async function aggregateBenchmarks(
  connection: DuckDBConnection,
  rows: readonly BenchmarkRow[],
): Promise<BenchmarkFigures> {
  await loadBenchmarks(connection, rows)
  for (const name of ['macros', 'benchmarks/placed', 'benchmarks/figures']) await runSql(connection, name)
  const bins = await readRows<BinRow & { model_slug: string }>(connection, 'benchmarks/bins')
  const byModel = Map.groupBy(bins, ({ model_slug }) => model_slug)
  return {
    matrix: await readRows<MatrixRow>(connection, 'benchmarks/matrix'),
    serving: await readRows<ServingRow>(connection, 'benchmarks/serving'),
    cells: await readRows<CellRow>(connection, 'benchmarks/cells'),
    bins: [...byModel].map(([slug, own]) => packTable(`bins/${slug}.arrow`, 'bins', own)),
  }
}
