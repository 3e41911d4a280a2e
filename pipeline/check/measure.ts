import type { PromptBucket } from '../../contracts/metrics.ts'
import type { BinCounter } from './bin_counter.ts'

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

/** (tokens_out − 1) × 1000 / decode_time_ms where it counts (at least 32 tokens and 250 ms), else NaN. */
export function decodeTps(tokensOut: number, decodeTimeMs: number): number {
  return tokensOut >= 32 && decodeTimeMs >= 250 ? ((tokensOut - 1) * 1000) / decodeTimeMs : Number.NaN
}

/**
 * Counts the quantities of a line, by the formulae that contracts/metrics.ts has in words. What holds for a whole group (exit, cold start,
 * measurement type) is applied to groups later.
 */
export function countQuantities(bins: BinCounter, line: Measured): void {
  const { tokens_out: tokens, first_token_ms: first } = line
  bins.count(0, decodeTps(tokens, line.decode_time_ms))
  // Not `tokens < 1`: a curated row without a token count has no first token to speak of either.
  if (tokens >= 1) {
    bins.count(1, first)
    bins.count(2, ((line.tokens_in - (line.tokens_in_cached || 0)) * 1000) / first)
  }
  const total = Number.isNaN(line.total_time_ms) ? first + line.decode_time_ms : line.total_time_ms
  bins.count(3, (tokens * 1000) / total)
  bins.count(4, line.vram_used_mb_peak)
  bins.count(5, line.power_w)
}

/** The prompt-size bucket of a line. */
export function promptBucket(tokensIn: number): PromptBucket {
  if (Number.isNaN(tokensIn)) return 'unknown'
  if (tokensIn <= 512) return tokensIn <= 128 ? 'le128' : 'le512'
  if (tokensIn <= 8192) return tokensIn <= 2048 ? 'le2k' : 'le8k'
  return tokensIn <= 32768 ? 'le32k' : 'gt32k'
}
