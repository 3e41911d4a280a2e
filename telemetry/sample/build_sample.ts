import { EXITS, LIMITS, MEASUREMENT_TYPES, TIMING_SOURCES } from '../../contracts/fields.ts'
import type { TelemetryEvent, TimingSource } from '../../contracts/index.ts'
import { EVENT_SCHEMA_VERSION } from '../../contracts/telemetry_event.ts'
import type { GpuFacts } from '../gpu/types.ts'
import {
  cleanEngine,
  cleanEngineVersion,
  cleanModelRef,
  cleanQuantization,
  matchForm,
  UNKNOWN,
} from './clean_labels.ts'
import type { TaskTimes } from './task.ts'
import type { TaskFacts, TaskResult } from './types.ts'

/** Everything that a sample is built from. */
export interface SampleParts {
  facts: TaskFacts
  result: TaskResult
  times: TaskTimes
  gpu: GpuFacts
  /** Highest memory in use over the GPUs of `gpu`, in MB; null if unknown. */
  vram_used_mb_peak: number | null
  /** The wall clock at the end of the task, in ms since 1970. */
  ended_at: number
  /** As it is to be recorded: `anon`, a pseudonym, or a raw tenant id. */
  tenant_id: string
  /** Used if the task has no job id of its own. */
  newJobId: () => string
  host_id?: string
  /** Whose clock timed the task. */
  timing_source: TimingSource
}

/** A sample, or why the task has none. */
export type BuiltSample = { event: TelemetryEvent } | { invalid: string }

/**
 * Builds the sample of a task: a TelemetryEvent of the contract. A label that is not in the contract's form is cleaned, left out
 * or `unknown`; a count or time that is not a valid number counts as unknown. A sample that lacks what a successful task must have
 * is invalid: no number is made up.
 */
export function buildSample(parts: SampleParts): BuiltSample {
  const { result } = parts
  const exit = result?.exit
  if (!EXITS.includes(exit)) return { invalid: `exit: expected one of ${EXITS.join(', ')}` }
  const timing = readTiming(parts)
  const tokens = readTokens(parts)
  if (exit === 'ok' && timing.first_token_ms === null) return { invalid: 'first_token_ms: not known, with exit "ok"' }
  if (exit === 'ok' && timing.decode_time_ms === null) return { invalid: 'decode_time_ms: not known, with exit "ok"' }
  if (exit === 'ok' && tokens.tokens_out === undefined) return { invalid: 'tokens_out: not known, with exit "ok"' }
  return { event: formEvent(parts, timing, tokens) }
}

/** Optional keys whose value is unknown are undefined. */
function formEvent(parts: SampleParts, { first_token_ms, decode_time_ms }: Timing, tokens: Tokens): TelemetryEvent {
  const { facts, result, gpu, timing_source } = parts
  const { tokens_in = 0, tokens_out = 0, estimated } = tokens
  const { vram_total_mb, vram_used_mb_peak } = readMemory(parts)
  const timed = first_token_ms !== null || decode_time_ms !== null
  return {
    ts: formatTime(parts.ended_at),
    tenant_id: parts.tenant_id,
    job_id: matchForm('job_id', facts.job_id) ?? parts.newJobId(),
    model_ref: cleanModelRef(facts.model_ref),
    engine: cleanEngine(facts.engine),
    engine_version: cleanEngineVersion(facts.engine_version),
    gpu_name: matchForm('gpu_name', gpu.gpu_name) ?? UNKNOWN,
    vram_total_mb,
    vram_used_mb_peak,
    tokens_in,
    tokens_out,
    first_token_ms,
    decode_time_ms,
    exit: result.exit,
    schema_version: EVENT_SCHEMA_VERSION,
    gpu_count: readGpuCount(facts, gpu),
    quantization: cleanQuantization(facts.quantization, facts.model_ref),
    measurement_type: oneOf(MEASUREMENT_TYPES, result.measurement_type),
    concurrency: readCount(result.concurrency, LIMITS.concurrency) || undefined,
    output_tps: readRate(result.output_tps),
    tokens_in_cached: tokens_in > 0 ? readCount(result.tokens_in_cached, tokens_in) : undefined,
    tokens_estimated: estimated || undefined,
    cold_start: readFlag(result.cold_start),
    speculative: readFlag(result.speculative),
    streamed: readFlag(result.streamed),
    pieces: readCount(result.pieces, LIMITS.tokens) || undefined,
    error_code: matchForm('error_code', result.error_code),
    timing_source: timed ? (oneOf(TIMING_SOURCES, result.timing_source) ?? timing_source) : undefined,
    driver_version: matchForm('driver_version', gpu.driver_version),
    host_id: parts.host_id,
  }
}

let last_time = { ms: Number.NaN, text: '' }

/** RFC 3339. Samples that end within the same millisecond share the text. */
function formatTime(ms: number): string {
  if (ms !== last_time.ms) last_time = { ms, text: new Date(ms).toISOString() }
  return last_time.text
}

interface Timing {
  first_token_ms: number | null
  decode_time_ms: number | null
}

interface Tokens {
  tokens_in: number | undefined
  tokens_out: number | undefined
  estimated: boolean
}

/** If the engine reported no count, the pieces that were seen are counted instead, and the sample is marked as estimated. */
function readTokens({ result, times }: SampleParts): Tokens {
  const tokens_in = readCount(result.tokens_in, LIMITS.tokens)
  const reported = readCount(result.tokens_out, LIMITS.tokens)
  if (reported !== undefined) return { tokens_in, tokens_out: reported, estimated: result.tokens_estimated === true }
  if (times.pieces === 0) return { tokens_in, tokens_out: undefined, estimated: false }
  return { tokens_in, tokens_out: Math.min(times.pieces, LIMITS.tokens), estimated: true }
}

/** The engine's times if it reported them, else the task's own clock. */
function readTiming({ result, times }: SampleParts): Timing {
  return {
    first_token_ms: readDuration(result.first_token_ms) ?? span(times.started_at, times.first_token_at),
    decode_time_ms: readDuration(result.decode_time_ms) ?? span(times.first_token_at, times.last_token_at),
  }
}

function span(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : (readDuration(to - from) ?? null)
}

/**
 * Memory over the GPUs of the task. The GPUs of the facts are equal, so a task on a part of them has that part of the total; the
 * memory in use is then unknown.
 */
function readMemory({ facts, gpu, vram_used_mb_peak }: SampleParts) {
  const total = readCount(gpu.vram_total_mb, LIMITS.vram_mb) ?? null
  const used = readCount(vram_used_mb_peak, LIMITS.vram_mb) ?? null
  const share = (readCount(facts.gpu_count, LIMITS.gpu_count) || gpu.gpu_count) / gpu.gpu_count
  if (!(share < 1)) return { vram_total_mb: total, vram_used_mb_peak: used }
  return { vram_total_mb: total === null ? null : Math.round(total * share), vram_used_mb_peak: null }
}

function readGpuCount(facts: TaskFacts, gpu: GpuFacts): number | undefined {
  const known = gpu.source === 'none' ? undefined : gpu.gpu_count
  return readCount(facts.gpu_count, LIMITS.gpu_count) || readCount(known, LIMITS.gpu_count) || undefined
}

function readCount(value: unknown, max: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max ? value : undefined
}

/** Milliseconds to three decimals: what the clock of a process resolves. */
function readDuration(value: unknown): number | undefined {
  const valid = typeof value === 'number' && value >= 0 && value <= LIMITS.duration_ms
  return valid ? Math.round(value * 1000) / 1000 : undefined
}

/** Tokens per second to three decimals. */
function readRate(value: unknown): number | undefined {
  const valid = typeof value === 'number' && value > 0 && value <= LIMITS.output_tps
  return valid ? Math.round(value * 1000) / 1000 : undefined
}

function readFlag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((word) => word === value)
}
