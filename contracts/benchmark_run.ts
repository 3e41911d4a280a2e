import { z } from 'zod'
import {
  concurrency,
  count,
  decodeTimeMs,
  engine,
  engineVersion,
  exit,
  firstTokenMs,
  gpuCount,
  gpuName,
  LIMITS,
  launchFields,
  measurementType,
  modelRef,
  outputTps,
  quantity,
  quantization,
  speculative,
  text,
  tokensIn,
  tokensOut,
  vramTotalMb,
  vramUsedMbPeak,
} from './fields.ts'
import { type CrossFieldRule, checkRules } from './telemetry_event.ts'

const PERCENTILES = ['p50', 'p90', 'p95', 'p99'] as const

/** Percentiles that a run states over its requests, in the place of the requests themselves. */
const percentiles = {
  ...stated('first_token_ms', 'First token'),
  ...stated('inter_token_ms', 'Time per output token'),
}

function stated<N extends string>(name: N, title: string) {
  const field = (p: string) =>
    quantity(LIMITS.duration_ms, {
      title: `${title}, ${p}`,
      description: `${title}: ${p} over the requests.`,
      unit: 'ms',
    })
  const entries = PERCENTILES.map((p) => [`${name}_${p}`, field(p).optional()])
  return Object.fromEntries(entries) as Record<`${N}_${(typeof PERCENTILES)[number]}`, z.ZodOptional<z.ZodNumber>>
}

const fields = {
  origin: text('origin', {
    title: 'Origin',
    description:
      'A curated row: file inside the source and row in it (`file#row`, or `file#row.repetition`), counted from 1. A contributed one: an HMAC under a key that stays on the host, and the row (`hex#row`), so that a run sent twice counts once.',
  }),
  ts: text('day', {
    title: 'Day',
    description: 'The day of the measurement; null where the source gives none.',
  }).nullable(),
  model_ref: modelRef,
  engine,
  engine_version: engineVersion,
  gpu_name: gpuName,
  gpu_count: gpuCount,
  vram_total_mb: vramTotalMb.nullable(),
  vram_used_mb_peak: vramUsedMbPeak.nullable(),
  tokens_in: tokensIn.nullable(),
  tokens_out: tokensOut.nullable(),
  first_token_ms: firstTokenMs.nullable(),
  decode_time_ms: decodeTimeMs.nullable(),
  total_time_ms: quantity(LIMITS.duration_ms, {
    title: 'Total time',
    description: 'Request accepted to last token, where the source gives it.',
    unit: 'ms',
  }).nullable(),
  exit,
  measurement_type: measurementType,
  concurrency: concurrency.nullable(),
  quantization: quantization.nullable(),
  runs: count(1, LIMITS.runs, {
    title: 'Repetitions',
    description: 'How many repetitions this row is the mean of. The row is one observation whatever this says.',
    unit: '1',
  }),
  speculative: speculative.optional(),
  output_tps: outputTps.optional(),
  requests: count(1, LIMITS.runs, {
    title: 'Requests',
    description: 'How many requests the run completed, where its figures are means or percentiles over them.',
    unit: '1',
  }).optional(),
  request_rate: quantity(LIMITS.requests_per_second, {
    title: 'Request rate',
    description: 'Requests per second that the benchmark sent, for an open loop.',
    unit: '1/s',
  }).optional(),
  ...percentiles,
  ...launchFields,
  power_w: quantity(LIMITS.power_w, {
    title: 'Power',
    description: 'Mean measured board power over all GPUs during the run.',
    unit: 'W',
  }).optional(),
  machine: text('machine', {
    title: 'Machine',
    description:
      'The machine that ran it, where the source tells machines apart. Opaque: it means nothing outside of the source.',
  }).optional(),
}

type Run = z.infer<z.ZodObject<typeof fields>>

/** The rules between fields of a run. */
export const BENCHMARK_RULES: readonly CrossFieldRule<Run>[] = [
  {
    path: 'exit',
    expected: 'at least one of first_token_ms, decode_time_ms, total_time_ms where exit is "ok"',
    found: () => 'all three null',
    fix: 'leave the row out and count it as dropped in source.json, or state the exit that the run really had',
    holds: (run) =>
      run.exit !== 'ok' || run.first_token_ms !== null || run.decode_time_ms !== null || run.total_time_ms !== null,
  },
  {
    path: 'concurrency',
    expected: '1 where measurement_type is "single_stream"',
    found: (run) => String(run.concurrency),
    fix: 'use batched_online or batched_offline for several requests at a time',
    holds: (run) => run.measurement_type !== 'single_stream' || run.concurrency === 1,
  },
]

/** One row of a benchmark or the summary of a run, curated or contributed. All keys but the optional ones are always present. */
export const BenchmarkRun = z.strictObject(fields).superRefine(checkRules(BENCHMARK_RULES)).meta({
  title: 'BenchmarkRun',
  description:
    'One row of a benchmark or the summary of a run, curated or contributed, in the vocabulary of TelemetryEvent.',
})
export type BenchmarkRun = z.infer<typeof BenchmarkRun>
