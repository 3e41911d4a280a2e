import { roundCounts, roundLatency, roundSignificant, roundTokens } from '../../contracts/anonymise/rounding.ts'
import type { BenchmarkRun, TelemetryEvent } from '../../contracts/index.ts'
import type { CompleteDraft } from './complete_drafts.ts'
import type { RunFigures } from './types.ts'

const LATENCY_DIGITS = 3

type SampleDraft = Extract<CompleteDraft, { kind: 'sample' }>
type RunDraft = Extract<CompleteDraft, { kind: 'run' }>

/** The sample of a draft, rounded for publication. */
export function toSample({ facts, figures }: SampleDraft, jobId: string): TelemetryEvent {
  const { engine_version = 'unknown', vram_total_mb = null, ...stated } = facts
  const { vram_used_mb_peak = null, ...counts } = figures
  return roundCounts({
    ...stated,
    ...counts,
    engine_version,
    vram_total_mb,
    vram_used_mb_peak,
    tenant_id: 'anon',
    job_id: jobId,
    schema_version: 1,
  })
}

/** The run of a draft, rounded as samples are. */
export function toRun({ facts, figures }: RunDraft, origin: string): BenchmarkRun {
  const { timing_source, driver_version, ...stated } = facts
  return {
    ...stated,
    gpu_count: facts.gpu_count ?? 1,
    engine_version: facts.engine_version ?? 'unknown',
    vram_total_mb: facts.vram_total_mb ?? null,
    vram_used_mb_peak: null,
    quantization: facts.quantization ?? null,
    concurrency: facts.concurrency ?? null,
    measurement_type: facts.measurement_type ?? 'batched_online',
    ...(facts.weights_mb !== undefined && { weights_mb: roundSignificant(facts.weights_mb, LATENCY_DIGITS) }),
    ...roundRun(figures),
    origin,
    exit: 'ok',
  }
}

/** Times that stand for the whole answer are scaled along with its length, so that the speeds keep their values. */
function roundRun(figures: RunFigures): RunFigures {
  const { tokens_in, tokens_out, first_token_ms, decode_time_ms, total_time_ms, runs, ...others } = figures
  const rounded = tokens_out === null ? null : roundTokens(tokens_out)
  const decodeScale = rounded !== null && tokens_out !== null && tokens_out > 1 ? (rounded - 1) / (tokens_out - 1) : 1
  const totalScale = rounded !== null && tokens_out ? rounded / tokens_out : 1
  return {
    ...roundOthers(others),
    tokens_in: tokens_in === null ? null : roundTokens(tokens_in),
    tokens_out: rounded,
    first_token_ms: roundTime(first_token_ms),
    decode_time_ms: roundTime(decode_time_ms, decodeScale),
    total_time_ms: roundTime(total_time_ms, totalScale),
    runs,
  }
}

/** Percentiles, rates and powers at three digits; the number of requests as token counts. */
function roundOthers<T extends object>(others: T): T {
  const entries = Object.entries(others).map(([key, value]) => {
    if (key === 'requests' && value) return [key, roundTokens(value)]
    const isFigure = typeof value === 'number' && !/concurrency|parallel|vram|gpu_count/.test(key)
    return [key, isFigure ? roundSignificant(value, LATENCY_DIGITS) : value]
  })
  return Object.fromEntries(entries)
}

function roundTime(ms: number | null, scale = 1): number | null {
  return ms === null ? null : roundLatency(ms * scale)
}
