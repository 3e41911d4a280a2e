import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bucketIndex, METRICS } from '../../../contracts/metrics.ts'
import type { BinRow } from '../../../contracts/tables.ts'
import { type BenchmarkQuantity, benchmarkValues } from '../../../pipeline/aggregate/benchmark_values.ts'
import { aggregateBenchmarks, type BenchmarkFigures } from '../../../pipeline/aggregate/benchmarks.ts'
import { readCatalog } from '../../../pipeline/read/catalog.ts'
import { CatalogIndex } from '../../../pipeline/read/catalog_index.ts'
import { discoverData } from '../../../pipeline/read/discover.ts'
import { readSources } from '../../../pipeline/read/sources.ts'
import { type BenchmarkRow, reviewBenchmarks } from '../../../pipeline/review/review_benchmarks.ts'
import { unpackBins } from '../../support/aggregate.ts'
import { cellIdOf, matrixIdOf, quantile } from './support.ts'

/**
 * What was published of the first six sources while curated figures came from the histogram (sketched_figures.json.gz): columns and rows of the
 * matrix and the cells, percentiles as the number of their bucket, and a hash of the bins of each model. All else than percentiles must be equal
 * to this day, and each percentile of then must be the sketch of the one of now. Ten rows of runs whose weights do not fit on their GPU were taken out since.
 */
interface SketchedTable {
  columns: string[]
  rows: (string | number | null)[][]
}
interface Sketched {
  matrix: SketchedTable
  cells: SketchedTable
  bins: Record<string, string>
}

const FIXTURE = 'tests/fixtures/benchmarks/sketched_figures.json.gz'
const sketched = JSON.parse(gunzipSync(readFileSync(FIXTURE)).toString()) as Sketched
const SOURCES = ['argonne', 'dstack', 'llmfit', 'localscore', 'splitwise', 'strix-halo-lhl']

let figures: BenchmarkFigures
const rows: BenchmarkRow[] = []
const scratch = mkdtempSync(join(tmpdir(), 'sketched-'))
beforeAll(async () => {
  const files = discoverData('data').files.filter(({ kind, owner }) => kind === 'curated' && SOURCES.includes(owner))
  const publishedMonth = new Map(readSources('data', files).map(({ id, published }) => [id, published]))
  const catalog = new CatalogIndex(readCatalog('data'))
  const database = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await database.connect()
  const read = await reviewBenchmarks(files, { catalog, scratch, publishedMonth })
  // Figures of then were pooled over load and backend, which are apart now.
  for (const row of read.rows) rows.push({ ...row, concurrency_bucket: '1', engine_backend: 'unknown' })
  figures = await aggregateBenchmarks(connection, rows)
  connection.closeSync()
  database.closeSync()
}, 120_000)
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const PERCENTILE = /_(p5|p25|p50|p75|p95)(_mb|_w)?$/

describe.each([
  ['matrix', matrixIdOf, 'matrix_id', 940],
  ['cells', cellIdOf, 'cell_id', 2090],
] as const)('%s', (name, idOf, key, count) => {
  const { columns, rows: before } = sketched[name]
  const id = columns.indexOf(key)

  test('has the same rows, equal in every column but the percentiles', () => {
    const exact = columns.flatMap((column, i) => (PERCENTILE.test(column) ? [] : [[column, i] as const]))
    const found = figures[name].map((row) => exact.map(([column]) => row[column as keyof typeof row]))
    expect(found).toHaveLength(count)
    expect(found).toEqual(before.map((row) => exact.map(([, i]) => row[i])))
  })

  test('has exact percentiles, of which those of then were the sketch', () => {
    const values = collectValues(idOf)
    const wrong = before.flatMap((row, i) =>
      columns.flatMap((column, j) => {
        const statistic = PERCENTILE.exec(column)
        if (statistic === null) return []
        const quantity =
          column === 'vram_used_p95_mb'
            ? 'vram_used_mb'
            : column === 'power_p50_w'
              ? 'power_w'
              : column.slice(0, statistic.index)
        const sorted = values.get(`${row[id]} ${quantity}`) ?? []
        const now = figures[name][i]![column as keyof (typeof figures)[typeof name][number]] as number | null
        return isSketchOf(row[j] as number | null, now, sorted, Number(statistic[1]!.slice(1)) / 100)
          ? []
          : [`${row[id]} ${column}`]
      }),
    )
    expect(wrong).toEqual([])
  })
})

// Bins of that time said, besides, that each curated one has one contributor.
test('the bins are the same', () => {
  const asThen = (bins: readonly BinRow[]) => bins.map(({ weight, ...bin }) => ({ ...bin, contributors: 1, weight }))
  const bins = [...unpackBins(figures.bins)].map(([slug, own]) => [
    slug,
    createHash('sha256')
      .update(JSON.stringify(asThen(own)))
      .digest('hex'),
  ])
  expect(Object.fromEntries(bins)).toEqual(sketched.bins)
})

/** The values behind each figure, in order. */
function collectValues(idOf: (row: BenchmarkRow) => string): Map<string, number[]> {
  const values = new Map<string, number[]>()
  for (const row of rows)
    for (const [quantity, value] of benchmarkValues(row)) {
      const key = `${idOf(row)} ${quantity satisfies BenchmarkQuantity}`
      const own = values.get(key)
      if (own) own.push(value)
      else values.set(key, [value])
    }
  for (const own of values.values()) own.sort((a, b) => a - b)
  return values
}

/** The sketch took the smallest value that a share of q does not exceed; now it is interpolated with its neighbour. */
function isSketchOf(bucket: number | null, now: number | null, sorted: readonly number[], q: number): boolean {
  if (sorted.length === 0) return bucket === null && now === null
  const nearest = sorted[Math.max(Math.ceil(q * sorted.length - 1e-9), 1) - 1]!
  return bucket === bucketIndex(nearest) && now !== null && Math.abs(now / quantile(sorted, q) - 1) <= 1e-9
}

test('the fixture covers every metric', () => {
  const { columns, rows: before } = sketched.matrix
  for (const metric of METRICS)
    expect(before.filter((row) => row[columns.indexOf(`${metric}_p50`)] !== null).length).toBeGreaterThan(20)
})
