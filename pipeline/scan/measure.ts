import { decodeTps } from '../../contracts/metrics.ts'
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
