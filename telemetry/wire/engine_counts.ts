import { asMs, asObject, asTokens } from './observation.ts'
import type { Observation } from './types.ts'

/** Model loading above this, in ms, makes a cold start on Ollama: a resident model reports tens of ms of scheduling. */
export const OLLAMA_COLD_START_MS = 500

const NS_PER_MS = 1e6

/**
 * `usage` of OpenAI-compatible APIs: `prompt_tokens`, `completion_tokens`, `prompt_tokens_details.cached_tokens`; in the
 * Responses API `input_tokens`, `output_tokens`, `input_tokens_details.cached_tokens`; in Anthropic's, where `input_tokens` leaves out
 * what came from the cache or went into it, `cache_read_input_tokens` and `cache_creation_input_tokens`. An answer without generated
 * tokens (embeddings) has none. Two zeros are a usage that is not filled in yet (Ollama), and are ignored.
 */
export function readUsage(observation: Observation, usage: Record<string, unknown>): void {
  if (usage.prompt_tokens === 0 && usage.completion_tokens === 0) return
  const details = asObject(usage.prompt_tokens_details ?? usage.input_tokens_details)
  const generated = asObject(usage.completion_tokens_details ?? usage.output_tokens_details)
  const read = asTokens(usage.cache_read_input_tokens)
  const added = (read ?? 0) + (asTokens(usage.cache_creation_input_tokens) ?? 0)
  const prompt = asTokens(usage.prompt_tokens ?? usage.input_tokens)
  observation.tokens_in = prompt === null ? observation.tokens_in : prompt + added
  observation.tokens_out = asTokens(usage.completion_tokens ?? usage.output_tokens) ?? observation.tokens_out
  observation.tokens_in_cached = asTokens(details.cached_tokens) ?? read ?? observation.tokens_in_cached
  observation.hidden_tokens = asTokens(generated.reasoning_tokens) ?? observation.hidden_tokens
  const drafted =
    (asTokens(generated.accepted_prediction_tokens) ?? 0) + (asTokens(generated.rejected_prediction_tokens) ?? 0)
  if (drafted > 0) observation.speculative = true
}

/**
 * Reasoning tokens are hidden if no delta with reasoning came, nor other deltas in their place (a server that does not separate them
 * sends them as content).
 */
export function judgeHidden(observation: Observation, reasoned: boolean): void {
  const { deltas, hidden_tokens, tokens_out } = observation
  if (reasoned || deltas + hidden_tokens > (tokens_out ?? 0)) observation.hidden_tokens = 0
}

/**
 * `metrics` of vLLM with `--enable-per-request-metrics` (docs/features/per_request_metrics.md, 2026-11): the time from being scheduled to
 * the first token, and from the first token to the last.
 */
export function readMetrics(observation: Observation, metrics: Record<string, unknown>): void {
  observation.engine_decode_time_ms = asMs(metrics.generation_time_ms)
  observation.engine_first_token_ms = asMs(metrics.time_to_first_token_ms)
  if (metrics.speculative_decoding) observation.speculative = true
}

/** `meta_info` of SGLang's own `/generate` (docs/basic_usage/native_api, 2026-03). */
export function readMetaInfo(observation: Observation, meta: Record<string, unknown>): void {
  observation.tokens_in = asTokens(meta.prompt_tokens) ?? observation.tokens_in
  observation.tokens_out = asTokens(meta.completion_tokens) ?? observation.tokens_out
  observation.tokens_in_cached = asTokens(meta.cached_tokens) ?? observation.tokens_in_cached
  if ((asTokens(meta.spec_verify_ct) ?? 0) > 0) observation.speculative = true
}

/**
 * `timings` of llama.cpp. The server starts its generation clock when the first token is sampled
 * (`t_start_generation` at `n_decoded == 1`), so `predicted_ms` already is first token to last token over
 * `predicted_n - 1` intervals, and is taken as it is. `prompt_ms` starts when a slot takes the task: time in the queue is not
 * in it. `prompt_n` leaves out tokens from the cache; with `cache_n` the two give the prompt, without it the prompt is unknown.
 */
export function readTimings(observation: Observation, timings: Record<string, unknown>): void {
  const cached = asTokens(timings.cache_n)
  const processed = asTokens(timings.prompt_n)
  if (cached !== null && processed !== null) {
    observation.tokens_in = cached + processed
    observation.tokens_in_cached = cached
  }
  observation.tokens_out = asTokens(timings.predicted_n) ?? observation.tokens_out
  observation.engine_decode_time_ms = asMs(timings.predicted_ms)
  observation.engine_first_token_ms = asMs(timings.prompt_ms)
  if ((asTokens(timings.draft_n) ?? 0) > 0) observation.speculative = true
}

/**
 * The last object of Ollama's native API; durations in ns. `total_duration` runs from the request's arrival to its end and
 * `eval_duration` from the first token to the end, so their difference is the time to the first token, loading and
 * queueing included. `prompt_eval_count` is absent if the whole prompt came from the cache.
 */
export function readOllamaCounts(observation: Observation, last: Record<string, unknown>): void {
  const total = asMs(Number(last.total_duration) / NS_PER_MS)
  const evaluation = asMs(Number(last.eval_duration) / NS_PER_MS)
  const load = asMs(Number(last.load_duration) / NS_PER_MS)
  observation.tokens_in = asTokens(last.prompt_eval_count)
  observation.tokens_out = asTokens(last.eval_count)
  observation.engine_decode_time_ms = evaluation
  if (total !== null && evaluation !== null && total >= evaluation)
    observation.engine_first_token_ms = total - evaluation
  if (load !== null) observation.cold_start = load > OLLAMA_COLD_START_MS
  observation.remote = isRemote(last)
  observation.is_control = last.done_reason === 'load' || last.done_reason === 'unload'
}

/** Ollama forwards the requests for its cloud models, and says so (api/types.go, `RemoteHost`, `RemoteModel`). */
function isRemote({ remote_host, remote_model }: Record<string, unknown>): boolean {
  return [remote_host, remote_model].some((name) => typeof name === 'string' && name !== '')
}
