import { bucketIndex, type PromptBucket } from '../../contracts/metrics.ts'

/** The quantities that become histograms, in the order of their numbers. */
export const QUANTITIES = ['decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps', 'vram_used_mb', 'power_w'] as const

/** The measurements of one line; NaN where null or absent. */
export interface Measured {
  tokens_in: number
  tokens_in_cached: number
  tokens_out: number
  first_token_ms: number
  decode_time_ms: number
  total_time_ms: number
  vram_used_mb_peak: number
  power_w: number
}

/** Counts by quantity and bucket; keys by `binKey`. */
export type Bins = Map<number, number>

const OFFSET = 8192

/** One number for a quantity and a bucket. */
export function binKey(quantity: number, bucket: number): number {
  return quantity * 2 * OFFSET + bucket + OFFSET
}

/** The quantity and the bucket of a key. */
export function readBinKey(key: number): { quantity: number; bucket: number } {
  const quantity = Math.floor(key / (2 * OFFSET))
  return { quantity, bucket: key - quantity * 2 * OFFSET - OFFSET }
}

/** (tokens_out − 1) × 1000 / decode_time_ms where it counts (at least 32 tokens and 250 ms), else NaN. */
export function decodeTps(tokensOut: number, decodeTimeMs: number): number {
  return tokensOut >= 32 && decodeTimeMs >= 250 ? ((tokensOut - 1) * 1000) / decodeTimeMs : Number.NaN
}

/**
 * Counts the quantities of a line, by the formulae that contracts/metrics.ts has in words. What holds for a whole group (exit, cold start,
 * measurement type) is applied to groups later.
 */
export function countQuantities(bins: Bins, line: Measured): void {
  const { tokens_out: tokens, first_token_ms: first } = line
  count(bins, 0, decodeTps(tokens, line.decode_time_ms))
  // Not `tokens < 1`: a curated row without a token count has no first token to speak of either.
  if (tokens >= 1) {
    count(bins, 1, first)
    count(bins, 2, ((line.tokens_in - (line.tokens_in_cached || 0)) * 1000) / first)
  }
  const total = Number.isNaN(line.total_time_ms) ? first + line.decode_time_ms : line.total_time_ms
  count(bins, 3, (tokens * 1000) / total)
  count(bins, 4, line.vram_used_mb_peak)
  count(bins, 5, line.power_w)
}

/** Quantities outside these bounds come from times that no clock measures: they count nowhere, like zero and NaN. */
const LEAST = 2 ** -32
const MOST = 2 ** 48

function count(bins: Bins, quantity: number, value: number): void {
  if (!(value >= LEAST && value <= MOST)) return
  const key = binKey(quantity, bucketIndex(value))
  bins.set(key, (bins.get(key) ?? 0) + 1)
}

/** The prompt-size bucket of a line. */
export function promptBucket(tokensIn: number): PromptBucket {
  if (Number.isNaN(tokensIn)) return 'unknown'
  if (tokensIn <= 512) return tokensIn <= 128 ? 'le128' : 'le512'
  if (tokensIn <= 8192) return tokensIn <= 2048 ? 'le2k' : 'le8k'
  return tokensIn <= 32768 ? 'le32k' : 'gt32k'
}
