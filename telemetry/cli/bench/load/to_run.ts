import type { BenchmarkRun, TelemetryEvent } from '../../../../contracts/index.ts'
import { type Spread, toRunFigures } from '../../../import/serving/summary.ts'
import { toRun } from '../../../import/to_lines.ts'
import type { Facts } from '../../../import/types.ts'
import { type Level, quantile } from './level.ts'

/** The run that sums up a level, rounded for publication as those of other benchmarks are; null if no request was answered. */
export function toRunLine(level: Level): Omit<BenchmarkRun, 'origin'> | null {
  const good = level.events.filter(({ exit }) => exit === 'ok')
  const [first] = good
  if (first === undefined) return null
  const place = { file: '', line: 0 }
  const identity = { tool: 'orch bench', parts: [] }
  const facts = factsOf(first)
  const figures = { ...figuresOf(level, good), vram_used_mb_peak: first.vram_used_mb_peak }
  const { origin: _, ...run } = toRun({ kind: 'run', facts, figures, identity, place, units: 1 }, '')
  return run
}

function factsOf(event: TelemetryEvent): Facts & { model_ref: string; gpu_name: string; engine: string; ts: string } {
  const { model_ref, engine, engine_version, gpu_name, gpu_count, vram_total_mb, quantization } = event
  const ts = `${event.ts.slice(0, 10)}T00:00:00Z`
  const named = { ts, model_ref, engine, engine_version, gpu_name, gpu_count, quantization }
  return { ...named, vram_total_mb: vram_total_mb ?? undefined }
}

function figuresOf({ concurrency, output_tps, ttft_ms }: Level, good: readonly TelemetryEvent[]) {
  const timed = good.filter(({ decode_time_ms, tokens_out }) => decode_time_ms && tokens_out > 1)
  return toRunFigures({
    requests: good.length,
    tokens_in: mean(good.map(({ tokens_in }) => tokens_in)) || undefined,
    tokens_out: mean(good.map(({ tokens_out }) => tokens_out)),
    ttft: spread(ttft_ms),
    tpot: spread(timed.map(({ decode_time_ms, tokens_out }) => decode_time_ms! / (tokens_out - 1))),
    e2e: { mean: mean(good.map(({ first_token_ms, decode_time_ms }) => first_token_ms! + decode_time_ms!)) },
    max_concurrency: concurrency,
    output_tps,
  })
}

function spread(values: readonly number[]): Spread {
  const [p50, p90, p95, p99] = [0.5, 0.9, 0.95, 0.99].map((p) => quantile(values, p))
  return { mean: mean(values), p50, p90, p95, p99 }
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
