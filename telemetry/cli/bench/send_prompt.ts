import { classifyEnd, type TaskOutcome } from '../../gateway/classify_end.ts'
import type { ExchangeEnd } from '../../gateway/exchange.ts'
import { createResponseReader } from '../../wire/create_reader.ts'
import { readTaskRequest } from '../../wire/read_request.ts'
import type { Observation, ResponseReader } from '../../wire/types.ts'
import type { Target } from './target.ts'

/** The response to one request. Times are ms of the monotonic clock. */
export interface PromptResponse {
  outcome: TaskOutcome
  seen: Observation | null
  started_at: number
  ended_at: number
  /** Why the request failed, for the operator; null if it did not. */
  failure: string | null
}

export interface PromptRequest {
  text: string
  max_tokens: number
  timeout_ms: number
  /** Whether the answer shall go on to `max_tokens`, where the engine can be told. */
  exact?: boolean
  /** Called with the number of further deltas, as they arrive. */
  onDeltas?: (count: number) => void
  /** Gives the request up. */
  signal?: AbortSignal
}

/** Sends one prompt to the engine, streamed, and times the response by this process's clock. Never rejects. */
export async function sendPrompt(target: Target, prompt: PromptRequest): Promise<PromptResponse> {
  const state: Progress = { status: null, reader: null }
  const started_at = performance.now()
  const toResponse = (end: ExchangeEnd, failure: string | null): PromptResponse => {
    const outcome = classifyEnd(end)
    const why = outcome.exit === 'ok' ? null : (failure ?? outcome.error_code ?? outcome.exit)
    return { outcome, seen: end.seen, started_at, ended_at: performance.now(), failure: why }
  }
  try {
    const refusal = await receive(target, prompt, state)
    const seen = state.reader?.end().observation ?? null
    return toResponse({ kind: 'complete', status: state.status!, seen }, refusal)
  } catch (error) {
    const seen = state.reader?.end().observation ?? null
    const why = nameError(error as Error)
    return toResponse({ kind: 'upstream_failed', status: state.status, seen, sent: true, why }, why)
  }
}

/** The state of a response; what was read is kept if the response breaks off. */
interface Progress {
  status: number | null
  reader: ResponseReader | null
}

/** Reads the response to its end. Returns the engine's message if it refuses the request, null otherwise. */
async function receive(target: Target, prompt: PromptRequest, state: Progress): Promise<string | null> {
  const { api, identity, headers, url } = target
  const body = Buffer.from(JSON.stringify(formBody(target, prompt)))
  const timeout = AbortSignal.timeout(prompt.timeout_ms)
  const response = await fetch(`${url}${PATHS[api]}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    signal: prompt.signal ? AbortSignal.any([prompt.signal, timeout]) : timeout,
  })
  state.status = response.status
  if (!response.ok) return readRefusal(response)
  const content_type = response.headers.get('content-type') ?? undefined
  const header = (name: string) => response.headers.get(name) ?? undefined
  const head = { status: response.status, content_type, header }
  state.reader = createResponseReader(readTaskRequest(api, body, identity.engine)!, head, identity.engine)
  const { observation } = state.reader
  for await (const chunk of response.body ?? []) {
    const before = observation.deltas
    state.reader.push(Buffer.from(chunk), performance.now())
    prompt.onDeltas?.(observation.deltas - before)
  }
  return null
}

const PATHS: Partial<Record<Target['api'], string>> = {
  'openai.chat': '/v1/chat/completions',
  'ollama.chat': '/api/chat',
}

/**
 * The engines whose chat completions take `ignore_eos` (vllm/entrypoints/openai/chat_completion/protocol.py,
 * python/sglang/srt/entrypoints/openai/protocol.py, tensorrt_llm/serve/openai_protocol.py, tools/server/README.md of llama.cpp; 2026-11).
 * Others refuse a member that they do not know.
 */
const IGNORE_EOS: ReadonlySet<string> = new Set(['vllm', 'sglang', 'tensorrt-llm', 'llama.cpp'])

/** Greedy decoding, so that a run can be repeated. */
function formBody({ api, model, identity }: Target, { text, max_tokens, exact }: PromptRequest): object {
  const messages = [{ role: 'user', content: text }]
  if (api === 'ollama.chat')
    return { model, messages, stream: true, options: { num_predict: max_tokens, temperature: 0 } }
  const body = { model, messages, stream: true, stream_options: { include_usage: true }, max_tokens, temperature: 0 }
  return exact && IGNORE_EOS.has(identity.engine) ? { ...body, ignore_eos: true } : body
}

/** The status and, if it is one short line, the message of a refusal. */
async function readRefusal(response: Response): Promise<string> {
  const text = await response.text().catch(() => '')
  const [, message] = /"message"\s*:\s*"((?:[^"\\]|\\.){1,200})/.exec(text) ?? []
  return `HTTP ${response.status}${message ? `: ${message}` : ''}`
}

/** The code of the underlying error, which fetch gives as the cause of a general "fetch failed". */
function nameError({ name, message, cause }: Error): string {
  if (name === 'TimeoutError') return 'ETIMEDOUT'
  const { code, message: reason } = (cause ?? {}) as { code?: string; message?: string }
  return code ?? reason ?? message
}
