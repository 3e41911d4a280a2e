import { decodeTpsOf } from './metrics.ts'
import type { Resolved } from './name_index.ts'

/** What a line, or the extremes of a group of lines, must satisfy to be believed. */
export interface Claim {
  vram_total_mb: number | null
  vram_used_mb: number | null
  /** Size of the weights as loaded, over all GPUs; null where not stated. */
  weights_mb?: number | null
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

export type Implausibility = 'implausible_memory' | 'implausible_weights' | 'implausible_speed' | 'implausible_date'

/** Why a claim cannot be believed: what it says, what the most is that can be, and what that follows from. */
export interface ImplausibleClaim {
  reason: Implausibility
  value: number | string
  limit: number | string
  unit: 'MB' | 'tok/s' | 'day'
  /** The calculation of the limit, in words. */
  basis: string
}

/** Memory counters and totals are rounded differently: 2 % of slack. */
const MEMORY_SLACK = 1.02
/** Sizes of weights come in MB of 1,000² or 1,024² bytes: 5 % of slack. */
const WEIGHTS_SLACK = 1.05
/** Bits per weight are averages over models, of which single ones differ by up to 15 %. */
const ESTIMATE_SLACK = 1.15
/** Consumer cards run above their stock memory clock: 10 % of slack. */
const SPEED_SLACK = 1.1
/** Of a model about which nothing but its size is known at least this share is read per token: Kimi K2, the sparsest, reads 3.2 %. */
const SPARSEST = 0.025
const MONTHS_BACK = 13
const MB_PER_GB = 1024

/** The members of a sample or of a benchmark row that its claim is made of. */
interface Claiming extends Pick<Claim, 'vram_total_mb'> {
  ts?: string | null | undefined
  tokens_out: number | null
  first_token_ms?: number | null | undefined
  decode_time_ms: number | null
  pieces?: number | undefined
  timing_source?: string | undefined
  vram_used_mb_peak: number | null
  weights_mb?: number | null | undefined
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
    weights_mb: line.weights_mb ?? null,
    decode_tps: decodeTpsOf({
      ...line,
      tokens_out: line.tokens_out ?? Number.NaN,
      first_token_ms: line.first_token_ms ?? null,
    }),
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
  return findImplausibleClaim(claim, known)?.reason ?? null
}

/** What of a claim cannot be believed, with figures, or null. */
export function findImplausibleClaim(claim: Claim, known: Resolved): ImplausibleClaim | null {
  return checkMemory(claim) ?? checkWeights(claim, known) ?? checkSpeed(claim, known) ?? checkDate(claim)
}

/**
 * The decode speed in tokens/s that one stream cannot exceed: every active weight is read once per token, so the limit is memory bandwidth
 * over bytes of active weights. Null where the catalogue lacks a figure.
 *
 * @param weightsMb size of all weights, where it is known
 */
export function decodeLimit(gpuCount: number, known: Resolved, weightsMb: number | null = null): number | null {
  const active = activeGigabytes(known, weightsMb)
  const { bandwidth_ceiling_gbps } = known.gpu
  if (bandwidth_ceiling_gbps === null || active === null) return null
  return (SPEED_SLACK * gpuCount * bandwidth_ceiling_gbps) / active
}

function checkMemory({ vram_used_mb, vram_total_mb }: Claim): ImplausibleClaim | null {
  if (vram_used_mb === null || vram_total_mb === null || vram_used_mb <= MEMORY_SLACK * vram_total_mb) return null
  const limit = { limit: vram_total_mb, unit: 'MB', basis: 'vram_total_mb' } as const
  return { reason: 'implausible_memory', value: vram_used_mb, ...limit }
}

/** Weights that do not fit were not on the GPU alone. */
function checkWeights(claim: Claim, known: Resolved): ImplausibleClaim | null {
  const memory = memoryOf(claim, known)
  const stated = claim.weights_mb ?? null
  const weights = stated ?? estimateWeightsMb(known)
  const slack = stated === null ? ESTIMATE_SLACK : WEIGHTS_SLACK
  if (memory === null || weights === null || weights <= slack * memory) return null
  const { gpu, bits_per_weight, model } = known
  const source = stated === null ? `${model.params_b}e9 parameters × ${bits_per_weight} bits` : 'weights_mb'
  const basis = `memory of ${claim.gpu_count} × ${gpu.name}; weights by ${source}`
  return { reason: 'implausible_weights', value: Math.round(weights), limit: Math.round(memory), unit: 'MB', basis }
}

function checkSpeed(claim: Claim, known: Resolved): ImplausibleClaim | null {
  const { measurement_type, speculative, gpu_count, decode_tps } = claim
  const weightsMb = claim.weights_mb ?? null
  const limit = decodeLimit(gpu_count, known, weightsMb)
  if (measurement_type !== 'single_stream' || speculative || limit === null || !((decode_tps ?? 0) > limit)) return null
  const bandwidth = `${gpu_count} × ${known.gpu.bandwidth_ceiling_gbps} GB/s`
  const read = `${activeGigabytes(known, weightsMb)!.toPrecision(3)} GB of weights read per token`
  const basis = `${bandwidth} of memory bandwidth by ${read}, and 10 % more`
  return { reason: 'implausible_speed', value: round(decode_tps!), limit: round(limit), unit: 'tok/s', basis }
}

/** Not after the month of release, and at most 13 months before it. Compared with the release, not the clock, so that a build repeats. */
function checkDate({ first_day: first, last_day: last, month }: Claim): ImplausibleClaim | null {
  if (month === null || first === null || last === null) return null
  const late = last.slice(0, 7) > month
  if (!late && monthNumber(first) >= monthNumber(month) - MONTHS_BACK) return null
  const basis = late ? 'the month of release' : `at most ${MONTHS_BACK} months before the month of release`
  return { reason: 'implausible_date', value: late ? last : first, limit: month, unit: 'day', basis }
}

/**
 * Memory of all GPUs in MB: what the host or the catalogue says, whichever is more, as boards are sold with more and hosts may report one
 * board of several. Of memory that is shared with the CPU a host reports a part, so the catalogue counts alone.
 */
function memoryOf({ vram_total_mb, gpu_count }: Claim, { gpu }: Resolved): number | null {
  const listed = gpu.memory_gb == null ? null : gpu.memory_gb * MB_PER_GB * gpu_count
  if (listed === null) return gpu.memory_shared === false ? vram_total_mb : null
  return gpu.memory_shared ? listed : Math.max(listed, vram_total_mb ?? 0)
}

function estimateWeightsMb({ model, bits_per_weight }: Resolved): number | null {
  if (model.params_b == null || bits_per_weight === null) return null
  return (model.params_b * 1e9 * bits_per_weight) / 8 / MB_PER_GB ** 2
}

/** What is read per token. The size of the weights says more than a label: files called F16 may hold 4-bit experts. */
function activeGigabytes({ model, bits_per_weight }: Resolved, weightsMb: number | null): number | null {
  const { params_b: all, active_params_b: active } = model
  if (weightsMb !== null && weightsMb > 0) {
    const share = all != null && active !== null ? active / all : SPARSEST
    return (weightsMb / 1000) * share
  }
  return active === null || bits_per_weight === null ? null : (active * bits_per_weight) / 8
}

function round(speed: number): number {
  return Number(speed.toPrecision(3))
}

function monthNumber(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))
}
