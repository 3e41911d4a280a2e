import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketIndex, METRICS, type Metric } from '../../../contracts/metrics.ts'
import { BinRow, CellRow, MatrixRow } from '../../../contracts/tables.ts'
import type { BenchmarkRow } from '../../../pipeline/review/review_benchmarks.ts'
import { cellIdOf, matrixIdOf, publish, quantile, ROW } from './support.ts'

const amount = (max: number) => fc.option(fc.double({ min: 0, max, noNaN: true }))
const anyRow: fc.Arbitrary<BenchmarkRow> = fc
  .record({
    source: fc.constantFrom('lab', 'other-lab'),
    quantization: fc.constantFrom('Q4_K_M', 'unknown'),
    gpu_count: fc.constantFrom(1, 8),
    engine_version: fc.constantFrom('b1000', 'b999+vulkan'),
    measurement_type: fc.constantFrom('single_stream', 'batched_offline'),
    prompt_bucket: fc.constantFrom('le128' as const, 'le2k' as const, 'unknown' as const),
    month: fc.constantFrom('2026-09', '2026-10'),
    exit: fc.constantFrom('ok' as const, 'ok' as const, 'error' as const, 'cancel' as const, 'reject' as const),
    runs: fc.integer({ min: 1, max: 1_000_000 }),
    machine: fc.constantFrom('m1', 'm2', undefined),
    tokens_in: fc.option(fc.integer({ min: 0, max: 100_000 })),
    tokens_out: fc.option(fc.integer({ min: 0, max: 4000 })),
    first_token_ms: amount(604_800_000),
    decode_time_ms: amount(604_800_000),
    total_time_ms: amount(604_800_000),
    vram_used_mb_peak: fc.option(fc.integer({ min: 0, max: 100_000 })),
    power_w: fc.option(fc.double({ min: 0, max: 1000, noNaN: true }), { nil: undefined }),
  })
  .map((fields) => ({ ...ROW, ...fields }))

describe('percentiles are those of the rows', () => {
  test('whatever the rows, every figure is that of a second computation in plain JavaScript', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 60 }), async (rows) => {
        const { matrix, cells } = await publish(rows)
        expectFigures(new Map(matrix.map((row) => [row.matrix_id, row])), Map.groupBy(rows, matrixIdOf))
        expectFigures(new Map(cells.map((row) => [row.cell_id, row])), Map.groupBy(rows, cellIdOf))
      }),
      { numRuns: 30 },
    )
  })

  test('whatever the rows, what is published fits its contract, and the bins are a histogram of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 60 }), async (rows) => {
        const { matrix, cells, bins } = await publish(rows)
        for (const row of matrix) MatrixRow.parse(row)
        for (const row of cells) CellRow.parse(row)
        const byCell = Map.groupBy(rows, cellIdOf)
        const all = [...bins.values()].flatMap((own) => own.map((bin) => BinRow.parse(bin)))
        const drawn = Map.groupBy(all, ({ cell_id, metric }) => `${cell_id} ${metric}`)
        for (const [id, own] of byCell)
          for (const metric of METRICS) expectBins(drawn.get(`${id} ${metric}`) ?? [], valuesOf(own, metric))
      }),
      { numRuns: 20 },
    )
  })

  test('a single value stands as in its source, to the last digit', async () => {
    const { matrix, cells } = await publish([{ ...ROW, tokens_in: 3046, first_token_ms: 10_000 }])
    for (const row of [matrix[0]!, cells[0]!])
      for (const name of ['p5', 'p25', 'p50', 'p75', 'p95'] as const) expect(row[`prefill_tps_${name}`]).toBe(304.6)
  })

  test('of two values the median lies half way', async () => {
    const { matrix } = await publish([ROW, { ...ROW, decode_time_ms: 20_000 }])
    expect(matrix[0]).toMatchObject({ decode_tps_n: 2, decode_tps_p50: 8.25, decode_tps_p25: 6.875 })
  })
})

describe('n says what it counts', () => {
  test('nine tests on one card are nine observations, their repetitions and one machine', async () => {
    const rows = Array.from({ length: 9 }, (_, i) => ({ ...ROW, first_token_ms: 100 + i, runs: 3, machine: 'm1' }))
    const { matrix, cells } = await publish(rows)
    for (const row of [matrix[0], cells[0]])
      expect(row).toMatchObject({ samples: 9, repetitions: 27, machines: 1, contributors: 1 })
  })

  test('machines are those that differ; one row that does not say leaves their number open', async () => {
    const told = ['m1', 'm2', 'm1'].map((machine) => ({ ...ROW, machine }))
    expect((await publish(told)).matrix[0]).toMatchObject({ samples: 3, machines: 2 })
    expect((await publish([...told, ROW])).matrix[0]).toMatchObject({ samples: 4, machines: null })
  })

  test('repetitions beyond what a column holds do not end the build', async () => {
    const rows = Array.from({ length: 2200 }, () => ({ ...ROW, runs: 1_000_000 }))
    expect((await publish(rows)).matrix[0]).toMatchObject({ samples: 2200, repetitions: 2 ** 31 - 1 })
  })
})

/** The values of a metric that count, in order. Written a second time, from METRIC_INFO. */
function valuesOf(rows: readonly BenchmarkRow[], metric: Metric): number[] {
  const values = rows
    .filter(({ exit }) => exit === 'ok')
    .map(
      ({ tokens_in, tokens_out, first_token_ms: first, decode_time_ms: decode, total_time_ms, measurement_type }) => {
        if (tokens_out === null) return null
        if (metric === 'decode_tps')
          return tokens_out < 32 || decode === null || decode < 250 ? null : ((tokens_out - 1) * 1000) / decode
        if (metric === 'ttft_ms') return tokens_out === 0 ? null : first
        if (metric === 'prefill_tps')
          return tokens_out === 0 || tokens_in === null || first === null || measurement_type !== 'single_stream'
            ? null
            : (tokens_in * 1000) / first
        const total = total_time_ms ?? (first === null || decode === null ? null : first + decode)
        return total === null ? null : (tokens_out * 1000) / total
      },
    )
  return sortMeasurable(values)
}

function sortMeasurable(values: readonly (number | null | undefined)[]): number[] {
  const isMeasurable = (value: unknown): value is number =>
    typeof value === 'number' && value >= 2 ** -32 && value <= 2 ** 48
  return values.filter(isMeasurable).sort((a, b) => a - b)
}

function expectFigures(found: Map<string, MatrixRow | CellRow>, groups: Map<string, BenchmarkRow[]>): void {
  expect([...found.keys()].sort()).toEqual([...groups.keys()].sort())
  for (const [id, rows] of groups) expectRow(found.get(id)!, rows)
}

function expectRow(row: MatrixRow | CellRow, rows: readonly BenchmarkRow[]): void {
  const machines = rows.map(({ machine }) => machine)
  const rate = (exit: string) =>
    Math.round((1000 * rows.filter((one) => one.exit === exit).length) / rows.length) / 1000
  expect(row).toMatchObject({
    kind: 'curated',
    evidence: 'curated',
    contributors: 1,
    samples: rows.length,
    repetitions: rows.reduce((sum, { runs }) => sum + runs, 0),
    machines: machines.includes(undefined) ? null : new Set(machines).size,
    ok_rate: rate('ok'),
    cancel_rate: rate('cancel'),
    error_rate: rate('error'),
    reject_rate: rate('reject'),
  })
  for (const metric of METRICS) {
    const values = valuesOf(rows, metric)
    expect(row[`${metric}_n`]).toBe(values.length === 0 ? null : values.length)
    expect([row[`${metric}_ci_low`], row[`${metric}_ci_high`]]).toEqual([null, null])
    for (const [name, q] of [
      ['p5', 0.05],
      ['p25', 0.25],
      ['p50', 0.5],
      ['p75', 0.75],
      ['p95', 0.95],
    ] as const)
      expectQuantile(row[`${metric}_${name}`], values, q)
  }
  expectQuantile(row.vram_used_p95_mb, sortMeasurable(rows.map(({ vram_used_mb_peak }) => vram_used_mb_peak)), 0.95)
  expectQuantile(row.power_p50_w, sortMeasurable(rows.map(({ power_w }) => power_w)), 0.5)
}

function expectQuantile(found: number | null, sorted: readonly number[], q: number): void {
  if (sorted.length === 0) expect(found).toBeNull()
  else expect(Math.abs(found! / quantile(sorted, q) - 1)).toBeLessThanOrEqual(1e-9)
}

function expectBins(bins: readonly BinRow[], values: readonly number[]): void {
  const counts = [...Map.groupBy(values, bucketIndex)].map(([index, own]): [number, number] => [index, own.length])
  counts.sort(([a], [b]) => a - b)
  const share = (n: number) => Math.round((1000 * n) / values.length)
  let below = 0
  const expected = counts.map(([index, n]) => {
    below += n
    return { lo: index, hi: index, mass: share(below) - share(below - n), weight: values.length }
  })
  expect(bins.map(({ cell_id: _, metric: __, ...bin }) => bin)).toEqual(expected)
}
