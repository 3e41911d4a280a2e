import type { AnonymizedExport } from '../../contracts/index.ts'
import { decodeTps, isSeveral, piecesShowDecode, piecesShowFirstToken } from '../../contracts/metrics.ts'
import { VARIABLES } from '../../contracts/scan/variable.ts'
import type { BinCounter } from './bin_counter.ts'

/** A sample without identifiers and measurements: what the lines of a group have in common. */
export type FixedMembers = Omit<AnonymizedExport, 'ts' | 'tenant_id' | 'job_id' | 'tokens_in' | 'tokens_out'>

/** Values of one line by number of their variable; NaN where null, absent or no number. */
export type Measurements = Float64Array

const indexOf = (key: string) => VARIABLES.findIndex((variable) => variable.key === key)
export const TOKENS_IN = indexOf('tokens_in')
const TOKENS_IN_CACHED = indexOf('tokens_in_cached')
const TOKENS_OUT = indexOf('tokens_out')
const FIRST_TOKEN_MS = indexOf('first_token_ms')
const DECODE_TIME_MS = indexOf('decode_time_ms')
const PIECES = indexOf('pieces')
export const VRAM_USED_MB_PEAK = indexOf('vram_used_mb_peak')
const OUTPUT_TPS = indexOf('output_tps')
export const CONCURRENCY = indexOf('concurrency')

/** What a whole group says of how its lines were timed. */
export interface Timing {
  engine_timed: boolean
  /** Whether lines that state pieces hold several sequences each. */
  several: boolean
  /** Whether each had the engine to itself: else time to first token says nothing of prefill. */
  alone: boolean
}

export function timingOf({ timing_source, measurement_type }: FixedMembers): Timing {
  const several = isSeveral({ measurement_type, pieces: 1 })
  return { engine_timed: timing_source === 'engine', several, alone: measurement_type === 'single_stream' }
}

/**
 * Counts the quantities of a line, by the formulae that contracts/metrics.ts has in words, and returns its decode speed (NaN where it does not count).
 * What else holds for a whole group (exit, cold start, measurement type) is applied to groups later.
 */
export function countQuantities(
  bins: BinCounter,
  line: Measurements,
  { engine_timed, several, alone }: Timing,
): number {
  const tokens = line[TOKENS_OUT]!
  const first = line[FIRST_TOKEN_MS]!
  const decode = line[DECODE_TIME_MS]!
  const pieces = line[PIECES]!
  const isOne = !several || Number.isNaN(pieces)
  const isShown = isOne && (engine_timed || piecesShowDecode(tokens, first, decode, pieces))
  const speed = isShown ? decodeTps(tokens, decode) : Number.NaN
  bins.count(0, speed)
  if (tokens >= 1 && (engine_timed || piecesShowFirstToken(tokens, pieces))) {
    bins.count(1, first)
    if (alone) bins.count(2, ((line[TOKENS_IN]! - (line[TOKENS_IN_CACHED]! || 0)) * 1000) / first)
  }
  if (isOne) bins.count(3, (tokens * 1000) / (first + decode))
  bins.count(4, line[VRAM_USED_MB_PEAK]!)
  // Load is known of where throughput is.
  if (line[OUTPUT_TPS]! > 0) {
    bins.count(5, line[OUTPUT_TPS]!)
    bins.count(6, line[CONCURRENCY]!)
  }
  return speed
}
