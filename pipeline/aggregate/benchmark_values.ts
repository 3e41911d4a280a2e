import { throughputOf } from '../../contracts/load.ts'
import { decodeTps, MEASURABLE, type Metric } from '../../contracts/metrics.ts'
import type { BenchmarkRow } from '../review/review_benchmarks.ts'

/** What figures of benchmarks are made of: the metrics, and what is published beside them. */
export type BenchmarkQuantity = Metric | 'vram_used_mb' | 'power_w' | 'output_tps'

/** The quantities of a row that count, by the rules of METRIC_INFO. A benchmark states its own tokens and is no cold start. */
export function benchmarkValues(row: BenchmarkRow): [BenchmarkQuantity, number][] {
  const values = [...metricsOf(row), ['vram_used_mb', row.vram_used_mb_peak], ['power_w', row.power_w]] as const
  return values.filter((value): value is [BenchmarkQuantity, number] => isMeasurable(value[1]))
}

function* metricsOf(row: BenchmarkRow): Generator<[BenchmarkQuantity, number]> {
  if (row.exit !== 'ok') return
  const tokens = row.tokens_out ?? Number.NaN
  const first = row.first_token_ms ?? Number.NaN
  const decode = row.decode_time_ms ?? Number.NaN
  yield ['decode_tps', decodeTps(tokens, decode)]
  if (tokens >= 1) {
    yield ['ttft_ms', first]
    if (row.measurement_type === 'single_stream') yield ['prefill_tps', ((row.tokens_in ?? Number.NaN) * 1000) / first]
  }
  yield ['output_tps', throughputOf(row)?.output_tps ?? Number.NaN]
  yield ['e2e_tps', (tokens * 1000) / (row.total_time_ms ?? first + decode)]
}

function isMeasurable(value: number | null | undefined): boolean {
  return value !== null && value !== undefined && value >= MEASURABLE.least && value <= MEASURABLE.most
}
