import { LEAST_DECODE_TOKENS, piecesShowDecode, piecesShowFirstToken } from '../../contracts/metrics.ts'
import type { TaskResult } from '../sample/types.ts'
import { type Observation, PROMPT_ONLY_APIS, type TaskApi } from '../wire/types.ts'
import type { TaskOutcome } from './classify_end.ts'
import type { LoadFacts } from './load_meter.ts'

/** The facts of a task at its end. */
export interface TaskEnding {
  api: TaskApi
  /** Sequences that were generated at once for the request; 1 if absent. */
  sequences?: number
  outcome: TaskOutcome
  seen: Observation | null
  /** When the gateway accepted the task, and when it ended: ms of the monotonic clock. */
  accepted_at: number
  ended_at: number
  load: LoadFacts | null
}

/** The result of a task for its sample: only what was reported or observed. */
export function toTaskResult(ending: TaskEnding): TaskResult {
  const { outcome, seen } = ending
  return {
    exit: outcome.exit,
    error_code: outcome.error_code,
    ...(seen && countTokens(ending, seen)),
    ...(seen && readTimes(ending, seen)),
    pieces: seen?.pieces || undefined,
    cold_start: seen?.cold_start ?? undefined,
    speculative: seen?.speculative ?? undefined,
    ...readLoad(ending),
  }
}

/** Whether a task has a sample: not if nothing was generated or another machine answered, or if a whole answer does not tell its tokens. */
export function hasSample({ api, outcome, seen }: TaskEnding): boolean {
  if (seen?.remote || seen?.is_control) return false
  if (seen === null || outcome.exit !== 'ok') return true
  return seen.streamed || (PROMPT_ONLY_APIS.has(api) ? seen.tokens_in : seen.tokens_out) !== null
}

function countTokens({ api }: TaskEnding, seen: Observation): Partial<TaskResult> {
  const counts = { tokens_in: seen.tokens_in ?? undefined, tokens_in_cached: seen.tokens_in_cached ?? undefined }
  if (PROMPT_ONLY_APIS.has(api)) return { ...counts, tokens_out: 0 }
  // The counts of a response that broke off are those last reported, if any (Ollama reports 0 until the end).
  const current = seen.complete || (seen.tokens_out ?? 0) >= seen.deltas
  if (seen.tokens_out !== null && current) return { ...counts, tokens_out: seen.tokens_out }
  return seen.streamed ? { ...counts, tokens_out: seen.deltas, tokens_estimated: true } : counts
}

/** Several sequences in one request are a batch, however many other tasks ran beside it. */
function readLoad({ load, sequences = 1 }: TaskEnding): Partial<LoadFacts> {
  if (load === null || sequences === 1) return load ?? {}
  return { ...load, measurement_type: 'batched_offline', concurrency: load.concurrency - 1 + sequences }
}

/**
 * A stream is timed by the gateway's clock, from acceptance on, queueing included. If its pieces do not show when its tokens were generated, and
 * if the response is not streamed, the engine's time of decoding counts if it reports one; else the first token counts as arriving with
 * the whole response.
 */
function readTimes(ending: TaskEnding, seen: Observation): Partial<TaskResult> {
  const { first_token_at, last_token_at, streamed } = seen
  const shown = streamed && first_token_at !== null
  if (ending.outcome.exit !== 'ok') return shown ? timeStream(ending, seen) : { streamed }
  if (shown && piecesShowTimes(ending, seen)) return timeStream(ending, seen)
  const at = last_token_at ?? ending.ended_at
  const told = timeByEngine(ending, seen, at)
  if (told !== null) return told
  return shown && seen.hidden_tokens === 0 ? timeStream(ending, seen) : timeWhole(ending, at)
}

function piecesShowTimes({ accepted_at }: TaskEnding, seen: Observation): boolean {
  const { first_token_at, last_token_at, pieces, hidden_tokens } = seen
  const tokens = seen.tokens_out ?? seen.deltas
  if (hidden_tokens > 0 || !piecesShowFirstToken(tokens, pieces)) return false
  const decode = last_token_at! - first_token_at!
  return tokens < LEAST_DECODE_TOKENS || piecesShowDecode(tokens, first_token_at! - accepted_at, decode, pieces)
}

function timeStream({ accepted_at }: TaskEnding, { first_token_at, last_token_at }: Observation): Partial<TaskResult> {
  return {
    first_token_ms: first_token_at! - accepted_at,
    decode_time_ms: last_token_at! - first_token_at!,
    timing_source: 'gateway',
    streamed: true,
  }
}

/** Whatever passed before the engine began to decode is part of the time to the first token: queueing, loading, the prompt. */
function timeByEngine({ accepted_at, sequences = 1 }: TaskEnding, seen: Observation, at: number) {
  const { engine_first_token_ms, engine_decode_time_ms, streamed } = seen
  if (engine_decode_time_ms === null || sequences > 1) return null
  const first_token_ms = Math.max(at - accepted_at - engine_decode_time_ms, engine_first_token_ms ?? 0)
  return { first_token_ms, decode_time_ms: engine_decode_time_ms, timing_source: 'engine' as const, streamed }
}

function timeWhole({ accepted_at }: TaskEnding, at: number): Partial<TaskResult> {
  return { first_token_ms: at - accepted_at, decode_time_ms: 0, timing_source: 'gateway', streamed: false }
}
