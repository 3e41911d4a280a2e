import { LIMITS } from '../../contracts/fields.ts'
import type { Observation } from './types.ts'

/** The observation of a response before its first byte. */
export function newObservation(): Observation {
  return {
    first_token_at: null,
    last_token_at: null,
    deltas: 0,
    pieces: 0,
    hidden_tokens: 0,
    remote: false,
    has_usage: false,
    is_control: false,
    streamed: false,
    tokens_in: null,
    tokens_out: null,
    tokens_in_cached: null,
    engine_first_token_ms: null,
    engine_decode_time_ms: null,
    cold_start: null,
    speculative: null,
    complete: false,
    ends_with_body: false,
    error_code: null,
  }
}

/** Deltas that arrive within this time, in ms, came as one piece: one write to the socket may be read in several parts. */
const PIECE_GAP_MS = 0.5

/** A delta with content arrived at `at`. */
export function noteToken(observation: Observation, at: number): void {
  const { last_token_at } = observation
  if (last_token_at === null || at - last_token_at >= PIECE_GAP_MS) observation.pieces++
  observation.first_token_at ??= at
  observation.last_token_at = at
  observation.deltas++
}

/** What was noted so far was no token. */
export function forgetTokens(observation: Observation): void {
  Object.assign(observation, { first_token_at: null, last_token_at: null, deltas: 0, pieces: 0 })
}

/** A value as a number of tokens; null if it is not a valid one. */
export function asTokens(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LIMITS.tokens ? value : null
}

/** A value as a duration in ms; null if it is not a valid one. */
export function asMs(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= LIMITS.duration_ms ? value : null
}

/** A value as an object; an empty one if it is not an object. */
export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

/** Parses a JSON text as an object; an empty one if it is not an object. */
export function parseObject(text: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return {}
  }
}
