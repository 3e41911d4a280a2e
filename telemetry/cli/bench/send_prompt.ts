import { classifyEnd, type TaskOutcome } from '../../gateway/classify_end.ts'
import type { ExchangeEnd } from '../../gateway/exchange.ts'
import { createResponseReader } from '../../wire/create_reader.ts'
import { readTaskRequest } from '../../wire/read_request.ts'
import type { Observation, ResponseReader } from '../../wire/types.ts'
import type { Target } from './target.ts'

/** One request and what became of it. Times are ms of the monotonic clock. */
export interface Reply {
  verdict: TaskOutcome
  seen: Observation | null
  streamed: boolean
  started_at: number
  ended_at: number
  /** Why there is no answer, for the operator; null if there is one. */
  failure: string | null
}

export interface Question {
  text: string
  max_tokens: number
  timeout_ms: number
}

/** Asks the engine once, streamed, and follows the answer by this process's clock. Never rejects. */
export async function ask(target: Target, question: Question): Promise<Reply> {
  const state: Progress = { status: null, reader: null, streamed: true }
  const started_at = performance.now()
  const toReply = (end: ExchangeEnd, failure: string | null): Reply => {
    const verdict = classifyEnd(end)
    const why = verdict.exit === 'ok' ? null : (failure ?? verdict.error_code ?? verdict.exit)
    return { verdict, seen: end.seen, streamed: state.streamed, started_at, ended_at: performance.now(), failure: why }
  }
  try {
    const refusal = await receive(target, question, state)
    const seen = state.reader?.end().observation ?? null
    return toReply({ kind: 'complete', status: state.status!, seen }, refusal)
  } catch (error) {
    const seen = state.reader?.end().observation ?? null
    const why = nameError(error as Error)
    return toReply({ kind: 'upstream_failed', status: state.status, seen, sent: true, why }, why)
  }
}

/** How far a response has come; what is known of it stays known when it breaks off. */
interface Progress {
  status: number | null
  reader: ResponseReader | null
  streamed: boolean
}

/** Follows the response to its end; returns what a refusing engine says, null if it answers. */
async function receive(target: Target, question: Question, state: Progress): Promise<string | null> {
  const { api, identity, headers, url } = target
  const body = Buffer.from(JSON.stringify(formBody(target, question)))
  const response = await fetch(`${url}${PATHS[api]}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    signal: AbortSignal.timeout(question.timeout_ms),
  })
  state.status = response.status
  if (!response.ok) return readRefusal(response)
  const content_type = response.headers.get('content-type') ?? undefined
  const header = (name: string) => response.headers.get(name) ?? undefined
  const head = { status: response.status, content_type, header }
  state.streamed = !/^application\/json\b/i.test(content_type ?? '')
  state.reader = createResponseReader(readTaskRequest(api, body, identity.engine)!, head, identity.engine)
  for await (const chunk of response.body ?? []) state.reader.push(Buffer.from(chunk), performance.now())
  return null
}

const PATHS: Partial<Record<Target['api'], string>> = {
  'openai.chat': '/v1/chat/completions',
  'ollama.chat': '/api/chat',
}

/** Greedy decoding, so that a run can be repeated. */
function formBody({ api, model }: Target, { text, max_tokens }: Question): object {
  const messages = [{ role: 'user', content: text }]
  if (api === 'ollama.chat')
    return { model, messages, stream: true, options: { num_predict: max_tokens, temperature: 0 } }
  return { model, messages, stream: true, stream_options: { include_usage: true }, max_tokens, temperature: 0 }
}

/** What the engine says of its refusal, as far as that is one short line. */
async function readRefusal(response: Response): Promise<string> {
  const text = await response.text().catch(() => '')
  const [, message] = /"message"\s*:\s*"((?:[^"\\]|\\.){1,200})/.exec(text) ?? []
  return `HTTP ${response.status}${message ? `: ${message}` : ''}`
}

/** fetch says "fetch failed", and what failed in its cause. */
function nameError({ name, message, cause }: Error): string {
  if (name === 'TimeoutError') return 'ETIMEDOUT'
  const { code, message: reason } = (cause ?? {}) as { code?: string; message?: string }
  return code ?? reason ?? message
}
