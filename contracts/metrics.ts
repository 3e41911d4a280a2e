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
    counts_when:
      'exit ok, tokens_out reported and ≥ 32, decode_time_ms ≥ 250, one sequence, timed by the engine or in enough pieces to show it',
  },
  ttft_ms: {
    title: 'Time to first token',
    unit: 'ms',
    higher_is_better: false,
    formula: 'first_token_ms: request accepted to first non-empty token, queueing included',
    counts_when:
      'exit ok, tokens_out ≥ 1, not a cold start, timed by the engine or streamed with half of the tokens in pieces of their own',
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
    counts_when: 'exit ok, tokens_out reported, one sequence',
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

/** Fewer tokens than this give no decode speed. */
export const LEAST_DECODE_TOKENS = 32

/** (tokens_out − 1) × 1000 / decode_time_ms where it counts (at least 32 tokens and 250 ms), else NaN. */
export function decodeTps(tokensOut: number, decodeTimeMs: number): number {
  return tokensOut >= LEAST_DECODE_TOKENS && decodeTimeMs >= 250 ? ((tokensOut - 1) * 1000) / decodeTimeMs : Number.NaN
}

/**
 * What the speeds of a sample depend on besides its counts and times. A sample without `pieces` counts as if each token had come by itself:
 * it was timed at the engine, or recorded before pieces were.
 */
export interface Pace {
  tokens_out: number
  first_token_ms: number | null
  decode_time_ms: number | null
  pieces?: number | undefined
  timing_source?: string | undefined
  measurement_type?: string | null | undefined
}

/** By how much, at worst, a decode speed may be wrong because tokens did not come each by itself. Rounding alone shifts counts by a tenth. */
const MOST_EXCESS = 1.2

/**
 * Whether an answer that came in so many pieces shows how fast its tokens were generated. What came before the second piece is not seen: tokens
 * that are not sent, or that the first piece holds. They take at most first_token_ms, and every other piece holds a token at least. At an even
 * rate, (tokens_out − 1) / decode_time_ms is hence too high by at most the smaller one of
 * (first_token_ms + decode_time_ms) / decode_time_ms and (tokens_out − 1) / (pieces − 1). More pieces than tokens are text of somebody else.
 *
 * @param pieces NaN where not stated: true
 */
export function piecesShowDecode(
  tokensOut: number,
  firstTokenMs: number,
  decodeTimeMs: number,
  pieces: number,
): boolean {
  if (Number.isNaN(pieces)) return true
  if (pieces - 1 > MOST_EXCESS * (tokensOut - 1)) return false
  return firstTokenMs + decodeTimeMs <= MOST_EXCESS * decodeTimeMs || tokensOut - 1 <= MOST_EXCESS * (pieces - 1)
}

/**
 * Whether the first of so many pieces came when the first token did. If more than half of the tokens have no piece of their own, they may have
 * come before it; if more than half of the pieces have no token, it may be text of somebody else.
 *
 * @param pieces NaN where not stated: true
 */
export function piecesShowFirstToken(tokensOut: number, pieces: number): boolean {
  return Number.isNaN(pieces) || (tokensOut <= 2 * pieces && pieces <= 2 * tokensOut)
}

/** Whether an answer holds several sequences (`n`, several prompts): its tokens are those of all, and no speed of one follows from them. */
export function isSeveral({ measurement_type, pieces }: Pick<Pace, 'measurement_type' | 'pieces'>): boolean {
  return measurement_type === 'batched_offline' && pieces !== undefined && !Number.isNaN(pieces)
}

/** Decode speed of a sample, NaN where it does not count. */
export function decodeTpsOf(sample: Pace): number {
  const { tokens_out, first_token_ms, decode_time_ms, pieces, timing_source } = sample
  const [first, decode] = [first_token_ms ?? Number.NaN, decode_time_ms ?? Number.NaN]
  const isShown = timing_source === 'engine' || piecesShowDecode(tokens_out, first, decode, pieces ?? Number.NaN)
  return isShown && !isSeveral(sample) ? decodeTps(tokens_out, decode) : Number.NaN
}

/** The highest prompt size of each bucket but the last. */
const PROMPT_BOUNDS = [128, 512, 2048, 8192, 32768]
const UNKNOWN_SIZE = PROMPT_BUCKETS.indexOf('unknown')

/** The prompt-size bucket of a line; NaN if it states no size. */
export function promptBucket(tokensIn: number): PromptBucket {
  return PROMPT_BUCKETS[promptIndex(tokensIn)]!
}

/** The same by its place in the list. */
export function promptIndex(tokensIn: number): number {
  if (Number.isNaN(tokensIn)) return UNKNOWN_SIZE
  let index = 0
  while (index < PROMPT_BOUNDS.length && tokensIn > PROMPT_BOUNDS[index]!) index++
  return index
}
