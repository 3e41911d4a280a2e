import { createHash } from 'node:crypto'
import { DuckDBInstance } from '@duckdb/node-api'
import type { BinRow } from '../../../contracts/index.ts'
import { aggregateBenchmarks, type BenchmarkFigures } from '../../../pipeline/aggregate/benchmarks.ts'
import type { BenchmarkRow } from '../../../pipeline/review/review_benchmarks.ts'
import { unpackBins } from '../../support/aggregate.ts'

/** A row that counts for every metric: 11 tok/s of decoding, 250 ms to the first token, 4,000 tok/s of prefill. */
export const ROW: BenchmarkRow = {
  source: 'lab',
  model_id: 'hf:org/model',
  model_slug: 'org--model',
  quantization: 'Q4_K_M',
  gpu_id: 'nvidia-rtx-4090',
  gpu_count: 1,
  engine: 'llama.cpp',
  engine_version: 'b1000',
  measurement_type: 'single_stream',
  concurrency_bucket: '1',
  engine_backend: 'unknown',
  prompt_bucket: 'le2k',
  output_bucket: 'le128',
  month: '2026-10',
  exit: 'ok',
  runs: 1,
  concurrency: 1,
  tokens_in: 1000,
  tokens_out: 111,
  first_token_ms: 250,
  decode_time_ms: 10_000,
  total_time_ms: null,
  vram_used_mb_peak: 8000,
  power_w: 300,
}

/** One database for all: opening one takes longer than most of what is done in it. */
const opening = DuckDBInstance.create(':memory:', { threads: '1' }).then((database) => database.connect())

/** What is published of rows; bins by model slug. */
export async function publish(
  rows: readonly BenchmarkRow[],
): Promise<Omit<BenchmarkFigures, 'bins'> & { bins: Map<string, BinRow[]> }> {
  const figures = await aggregateBenchmarks(await opening, rows)
  return { ...figures, bins: unpackBins(figures.bins) }
}

/** The q-quantile of sorted values, interpolated between neighbours. */
export function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1)
  const low = Math.floor(place)
  const below = sorted[low]!
  const above = sorted[Math.min(low + 1, sorted.length - 1)]!
  return below + (above - below) * (place - low)
}

export function matrixIdOf(row: BenchmarkRow): string {
  const { model_slug, quantization, gpu_id, gpu_count, engine, measurement_type, source } = row
  return [model_slug, quantization, gpu_id, `x${gpu_count}`, engine, measurement_type, source].join('_').toLowerCase()
}

export function cellIdOf(row: BenchmarkRow): string {
  const name = [row.engine_version, row.prompt_bucket, row.month].join('|')
  return `${matrixIdOf(row)}_${createHash('md5').update(name).digest('hex').slice(0, 12)}`
}
