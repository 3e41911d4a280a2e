import { decodeTps } from './metrics.ts'
import type { Resolved } from './name_index.ts'

/** What a line, or the extremes of a group of lines, must satisfy to be believed. */
export interface Claim {
  vram_total_mb: number | null
  vram_used_mb: number | null
  /** Decode speed in tokens per second; null or NaN where the metric does not count. */
  decode_tps: number | null
  measurement_type: string
  speculative: boolean
  gpu_count: number
  /** First and last day, YYYY-MM-DD; null where not stated. */
  first_day: string | null
  last_day: string | null
  /** Month of release, YYYY-MM; null for curated rows. */
  month: string | null
}

export type Implausibility = 'implausible_memory' | 'implausible_speed' | 'implausible_date'

/** Memory counters and totals are rounded differently: 2 % of slack. */
const MEMORY_SLACK = 1.02
/** Consumer cards run above their stock memory clock: 10 % of slack. */
const SPEED_SLACK = 1.1
const MONTHS_BACK = 13

/** The members of a sample or of a benchmark row that its claim is made of. */
interface Claiming extends Pick<Claim, 'vram_total_mb'> {
  ts?: string | null | undefined
  tokens_out: number | null
  decode_time_ms: number | null
  vram_used_mb_peak: number | null
  measurement_type?: string | null | undefined
  speculative?: boolean | null | undefined
  gpu_count?: number | null | undefined
}

/**
 * What one line claims.
 *
 * @param month of release
 */
export function claimOfLine(line: Claiming, month: string | null): Claim {
  const day = line.ts?.slice(0, 10) ?? null
  return {
    vram_total_mb: line.vram_total_mb,
    vram_used_mb: line.vram_used_mb_peak,
    decode_tps: decodeTps(line.tokens_out ?? Number.NaN, line.decode_time_ms ?? Number.NaN),
    measurement_type: line.measurement_type ?? 'batched_online',
    speculative: line.speculative ?? false,
    gpu_count: line.gpu_count ?? 1,
    first_day: day,
    last_day: day,
    month,
  }
}

/** Why a claim cannot be believed, or null. */
export function findImplausibility(claim: Claim, known: Resolved): Implausibility | null {
  if (
    claim.vram_used_mb !== null &&
    claim.vram_total_mb !== null &&
    claim.vram_used_mb > MEMORY_SLACK * claim.vram_total_mb
  ) {
    return 'implausible_memory'
  }
  const limit = decodeLimit(claim.gpu_count, known)
  if (
    claim.measurement_type === 'single_stream' &&
    !claim.speculative &&
    limit !== null &&
    (claim.decode_tps ?? 0) > limit
  ) {
    return 'implausible_speed'
  }
  return claim.month !== null && !isRecent(claim.first_day, claim.last_day, claim.month) ? 'implausible_date' : null
}

/**
 * The decode speed in tokens/s that one stream cannot exceed: every active weight is read once per token, so the limit is memory bandwidth
 * over bytes of active weights. Null where the catalogue lacks a figure.
 */
export function decodeLimit(gpuCount: number, { gpu, model, bits_per_weight }: Resolved): number | null {
  const active = model.active_params_b
  if (gpu.bandwidth_ceiling_gbps === null || active === null || bits_per_weight === null) return null
  return (SPEED_SLACK * gpuCount * gpu.bandwidth_ceiling_gbps) / ((active * bits_per_weight) / 8)
}

/** Not after the month of release, and at most 13 months before it. Compared with the release, not the clock, so that a build repeats. */
function isRecent(first: string | null, last: string | null, month: string): boolean {
  if (first === null || last === null) return true
  return last.slice(0, 7) <= month && monthNumber(first) >= monthNumber(month) - MONTHS_BACK
}

function monthNumber(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))
}
