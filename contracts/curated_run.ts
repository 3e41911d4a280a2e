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
  measurementType,
  modelRef,
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

const fields = {
  origin: text('origin', {
    title: 'Origin',
    description: 'File inside the source and row in it (`file#row`, or `file#row.repetition`), counted from 1.',
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

/** The rules between fields of a curated row. */
export const CURATED_RULES: readonly CrossFieldRule<Run>[] = [
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

/** One row of a published benchmark in our vocabulary. All keys but `speculative`, `power_w` and `machine` are always present. */
export const CuratedRun = z.strictObject(fields).superRefine(checkRules(CURATED_RULES)).meta({
  title: 'CuratedRun',
  description: 'One row of a published benchmark, converted to the vocabulary of TelemetryEvent.',
})
export type CuratedRun = z.infer<typeof CuratedRun>
