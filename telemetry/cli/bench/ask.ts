import { judgeEnd, type TaskVerdict } from '../../gateway/judge_end.ts'
import { createResponseReader } from '../../wire/create_reader.ts'
import { readTaskRequest } from '../../wire/read_request.ts'
import type { Observation, ResponseReader } from '../../wire/types.ts'
import type { Target } from './target.ts'

/** One request and what became of it. Times are ms of the monotonic clock. */
export interface Reply {
  verdict: TaskVerdict
  seen: Observation | null
  streamed: boolean
  started_at: number
  ended_at: number
  /** Why there is no answer, for the operator; null where there is one. */
  failure: string | null
}

export interface Question {
  text: string
  max_tokens: number
  timeout_ms: number
}

/** Asks the engine once, streamed, and follows the answer by this process's clock. Never rejects. */
export async function ask(target: Target, question: Question): Promise<Reply> {
  const body = Buffer.from(JSON.stringify(formBody(target, question)))
  const request = readTaskRequest(target.api, body, target.identity.engine)!
  const started_at = performance.now()
  let reader: ResponseReader | null = null
  let status: number | null = null
  let streamed = true
  try {
    const response = await fetch(`${target.url}${PATHS[target.api]}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...target.headers },
      body,
      signal: AbortSignal.timeout(question.timeout_ms),
    })
    status = response.status
    if (!response.ok) return refuse(status, await readMessage(response), started_at)
    const content_type = response.headers.get('content-type') ?? undefined
    streamed = !/^application\/json\b/i.test(content_type ?? '')
    const header = (name: string) => response.headers.get(name) ?? undefined
    reader = createResponseReader(request, { status, content_type, header }, target.identity.engine)
    for await (const chunk of response.body ?? []) reader.push(Buffer.from(chunk), performance.now())
    const { observation: seen } = reader.end()
    const verdict = judgeEnd({ kind: 'complete', status, seen })
    const failure = verdict.exit === 'ok' ? null : (verdict.error_code ?? verdict.exit)
    return { verdict, seen, streamed, started_at, ended_at: performance.now(), failure }
  } catch (error) {
    const seen = reader?.end().observation ?? null
    const why = nameError(error as Error)
    const verdict = judgeEnd({ kind: 'upstream_failed', status, seen, sent: true, why })
    return { verdict, seen, streamed, started_at, ended_at: performance.now(), failure: why }
  }
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

function refuse(status: number, message: string, started_at: number): Reply {
  const verdict = judgeEnd({ kind: 'complete', status, seen: null })
  const failure = `HTTP ${status}${message ? `: ${message}` : ''}`
  return { verdict, seen: null, streamed: true, started_at, ended_at: performance.now(), failure }
}

/** What the engine says of its refusal, as far as that is one short line. */
async function readMessage(response: Response): Promise<string> {
  const text = await response.text().catch(() => '')
  const [, message] = /"message"\s*:\s*"((?:[^"\\]|\\.){1,200})/.exec(text) ?? []
  return message ?? ''
}

/** fetch says "fetch failed", and what failed in its cause. */
function nameError({ name, message, cause }: Error): string {
  if (name === 'TimeoutError') return 'ETIMEDOUT'
  const { code, message: reason } = (cause ?? {}) as { code?: string; message?: string }
  return code ?? reason ?? message
}
