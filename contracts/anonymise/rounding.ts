import { LIMITS } from '../fields.ts'
import type { TelemetryEvent } from '../telemetry_event.ts'

const TOKEN_DIGITS = 2
const LATENCY_DIGITS = 3

type Counts = Pick<
  TelemetryEvent,
  | 'tokens_in'
  | 'tokens_out'
  | 'first_token_ms'
  | 'decode_time_ms'
  | 'tokens_in_cached'
  | 'pieces'
  | 'output_tps'
  | 'weights_mb'
>

/** Rounds to a number of significant digits, half away from zero; 0 stays 0. */
export function roundSignificant(value: number, digits: number): number {
  return Number(value.toPrecision(digits))
}

/** A token count at two significant digits. */
export function roundTokens(tokens: number): number {
  return roundSignificant(tokens, TOKEN_DIGITS)
}

/** A duration in ms at three significant digits, within the contract's bound. */
export function roundLatency(ms: number): number {
  return Math.min(roundSignificant(ms, LATENCY_DIGITS), LIMITS.duration_ms)
}

/**
 * Coarsens the numbers of a task so that it is no fingerprint: tokens at two significant digits, durations at three.
 * decode_time_ms is scaled along with tokens_out, so that decode_tps = (tokens_out − 1) × 1000 / decode_time_ms keeps
 * its value (within the 0.5 % of three digits).
 */
export function roundCounts<T extends Counts>(event: T): T {
  const tokensOut = roundTokens(event.tokens_out)
  const decodeTime = scaleDecodeTime(event.decode_time_ms, event.tokens_out, tokensOut)
  return {
    ...event,
    ...roundPrompt(event),
    tokens_out: tokensOut,
    first_token_ms: event.first_token_ms === null ? null : roundLatency(event.first_token_ms),
    decode_time_ms: decodeTime === null ? null : roundLatency(decodeTime),
    ...roundOptional(event),
  }
}

/** What only some samples carry. The exact size of weights would name a private model as well as its name does. */
function roundOptional({ pieces, output_tps, weights_mb }: Counts): Partial<Counts> {
  return {
    ...(pieces !== undefined && { pieces: roundTokens(pieces) }),
    ...(output_tps !== undefined && { output_tps: roundSignificant(output_tps, LATENCY_DIGITS) }),
    ...(weights_mb !== undefined && { weights_mb: roundSignificant(weights_mb, LATENCY_DIGITS) }),
  }
}

/**
 * With a cached prefix, the uncached part is rounded by itself and the cached part is what remains: prefill_tps is
 * computed from the uncached part, which two rounded counts could turn into 0 (33,280 and 32,768 are both 33,000).
 */
function roundPrompt(event: Counts): Partial<Counts> {
  const tokensIn = roundTokens(event.tokens_in)
  if (event.tokens_in_cached === undefined) return { tokens_in: tokensIn }
  return { tokens_in: tokensIn, tokens_in_cached: tokensIn - roundTokens(event.tokens_in - event.tokens_in_cached) }
}

function scaleDecodeTime(ms: number | null, before: number, after: number): number | null {
  if (ms === null || before <= 1) return ms
  return (ms * (after - 1)) / (before - 1)
}
