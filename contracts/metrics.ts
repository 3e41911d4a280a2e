/**
 * The metrics and the sketch, in words for people; the SQL that computes them stands in pipeline/sql.
 */

export const METRICS = ['decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps'] as const
export type Metric = (typeof METRICS)[number]

export interface MetricInfo {
  title: string
  unit: string
  /** Whether a larger value is the better one. */
  higher_is_better: boolean
  formula: string
  counts_when: string
}

export const METRIC_INFO: Record<Metric, MetricInfo> = {
  decode_tps: {
    title: 'Decode speed',
    unit: 'tok/s',
    higher_is_better: true,
    formula: '(tokens_out − 1) × 1000 / decode_time_ms',
    counts_when: 'exit ok, tokens_out reported and ≥ 32, decode_time_ms ≥ 250',
  },
  ttft_ms: {
    title: 'Time to first token',
    unit: 'ms',
    higher_is_better: false,
    formula: 'first_token_ms: request accepted to first non-empty token, queueing included',
    counts_when: 'exit ok, tokens_out ≥ 1, not a cold start, streamed or timed by the engine',
  },
  prefill_tps: {
    title: 'Prefill speed',
    unit: 'tok/s',
    higher_is_better: true,
    formula: '(tokens_in − tokens_in_cached) × 1000 / first_token_ms',
    counts_when: 'as time to first token, single stream only',
  },
  e2e_tps: {
    title: 'End-to-end speed',
    unit: 'tok/s',
    higher_is_better: true,
    formula: 'tokens_out × 1000 / (first_token_ms + decode_time_ms)',
    counts_when: 'exit ok, tokens_out reported',
  },
}

/** Prompt-size buckets on tokens_in; `any` where a cell was generalised, `unknown` where a source does not give the prompt size. */
export const PROMPT_BUCKETS = ['le128', 'le512', 'le2k', 'le8k', 'le32k', 'gt32k', 'any', 'unknown'] as const
export type PromptBucket = (typeof PROMPT_BUCKETS)[number]
export const PROMPT_BUCKET_TITLES: Record<PromptBucket, string> = {
  le128: '≤ 128',
  le512: '129 – 512',
  le2k: '513 – 2,048',
  le8k: '2,049 – 8,192',
  le32k: '8,193 – 32,768',
  gt32k: '> 32,768',
  any: 'any size',
  unknown: 'not stated',
}

/** Buckets per octave of the base-2 log histogram. */
export const BUCKETS_PER_OCTAVE = 32

/** Largest relative error of a quantile read from the histogram: half a bucket, 1.083 %. */
export const SKETCH_RELATIVE_ERROR = (2 ** (1 / BUCKETS_PER_OCTAVE) - 1) / (2 ** (1 / BUCKETS_PER_OCTAVE) + 1)

/** The bucket of a positive value: `ceil(log2(v) × 32)`. */
export function bucketIndex(value: number): number {
  return Math.ceil(Math.log2(value) * BUCKETS_PER_OCTAVE)
}

/** The value that stands for a bucket: the point whose relative distance to both bounds is equal. */
export function bucketValue(index: number): number {
  return (2 * 2 ** (index / BUCKETS_PER_OCTAVE)) / (1 + 2 ** (1 / BUCKETS_PER_OCTAVE))
}

/** The bounds of a bucket: values v with low < v ≤ high fall into it. */
export function bucketBounds(index: number): { low: number; high: number } {
  return { low: 2 ** ((index - 1) / BUCKETS_PER_OCTAVE), high: 2 ** (index / BUCKETS_PER_OCTAVE) }
}

/** Values outside these bounds come from times that no clock measures: they count nowhere, like zero and NaN. */
export const MEASURABLE = { least: 2 ** -32, most: 2 ** 48 } as const

/** (tokens_out − 1) × 1000 / decode_time_ms where it counts (at least 32 tokens and 250 ms), else NaN. */
export function decodeTps(tokensOut: number, decodeTimeMs: number): number {
  return tokensOut >= 32 && decodeTimeMs >= 250 ? ((tokensOut - 1) * 1000) / decodeTimeMs : Number.NaN
}

/** The prompt-size bucket of a line. */
export function promptBucket(tokensIn: number): PromptBucket {
  if (Number.isNaN(tokensIn)) return 'unknown'
  if (tokensIn <= 512) return tokensIn <= 128 ? 'le128' : 'le512'
  if (tokensIn <= 8192) return tokensIn <= 2048 ? 'le2k' : 'le8k'
  return tokensIn <= 32768 ? 'le32k' : 'gt32k'
}
