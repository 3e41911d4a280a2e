import type { TaskResult } from '../sample/types.ts'
import type { Observation, TaskApi } from '../wire/types.ts'
import type { TaskOutcome } from './classify_end.ts'
import type { LoadFacts } from './load_meter.ts'

/** The facts of a task at its end. */
export interface TaskEnding {
  api: TaskApi
  outcome: TaskOutcome
  seen: Observation | null
  /** Whether the response was streamed. */
  streamed: boolean
  /** When the gateway accepted the task, and when it ended: ms of the monotonic clock. */
  accepted_at: number
  ended_at: number
  /** How long it was queued for a slot at the engine. */
  queued_ms: number
  load: LoadFacts | null
}

/** The result of a task for its sample: only what was reported or observed. */
export function toTaskResult(ending: TaskEnding): TaskResult {
  const { outcome, seen, load } = ending
  return {
    exit: outcome.exit,
    error_code: outcome.error_code,
    ...(seen && countTokens(ending, seen)),
    ...(seen && readTimes(ending, seen)),
    cold_start: seen?.cold_start ?? undefined,
    speculative: seen?.speculative ?? undefined,
    measurement_type: load?.measurement_type,
    concurrency: load?.concurrency,
    output_tps: load?.output_tps,
  }
}

function countTokens({ api, streamed }: TaskEnding, seen: Observation): Partial<TaskResult> {
  const counts = { tokens_in: seen.tokens_in ?? undefined, tokens_in_cached: seen.tokens_in_cached ?? undefined }
  if (api === 'openai.embeddings') return { ...counts, tokens_out: 0 }
  // The counts of a response that broke off are those last reported, if any (Ollama reports 0 until the end).
  const current = seen.complete || (seen.tokens_out ?? 0) >= seen.deltas
  if (seen.tokens_out !== null && current) return { ...counts, tokens_out: seen.tokens_out }
  return streamed ? { ...counts, tokens_out: seen.deltas, tokens_estimated: true } : counts
}

/**
 * A stream is timed by the gateway's clock, from acceptance on, queueing included. A response that is not streamed is timed by
 * the engine if it reports times; else its first token counts as arriving with the whole response.
 */
function readTimes(ending: TaskEnding, seen: Observation): Partial<TaskResult> {
  const { first_token_at, last_token_at } = seen
  if (ending.streamed && first_token_at !== null)
    return {
      first_token_ms: first_token_at - ending.accepted_at,
      decode_time_ms: last_token_at! - first_token_at,
      timing_source: 'gateway',
      streamed: true,
    }
  if (ending.outcome.exit !== 'ok') return { streamed: ending.streamed }
  return readEngineTimes(ending, seen) ?? timeWhole(ending, first_token_at ?? ending.ended_at)
}

function readEngineTimes({ queued_ms }: TaskEnding, seen: Observation): Partial<TaskResult> | null {
  const { engine_first_token_ms, engine_decode_time_ms } = seen
  if (engine_first_token_ms === null || engine_decode_time_ms === null) return null
  return {
    first_token_ms: queued_ms + engine_first_token_ms,
    decode_time_ms: engine_decode_time_ms,
    timing_source: 'engine',
    streamed: false,
  }
}

function timeWhole({ accepted_at }: TaskEnding, at: number): Partial<TaskResult> {
  return { first_token_ms: at - accepted_at, decode_time_ms: 0, timing_source: 'gateway', streamed: false }
}
