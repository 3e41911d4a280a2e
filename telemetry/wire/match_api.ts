import type { TaskApi } from './types.ts'

/** Ends of paths → the API in which a request is a task. In front there may be a base that a proxy adds, such as `/openai`. */
const PATHS: readonly [TaskApi, ...string[]][] = [
  ['openai.chat', '/v1/chat/completions', '/chat/completions'],
  ['openai.completions', '/v1/completions'],
  ['openai.responses', '/v1/responses', '/responses'],
  ['openai.embeddings', '/v1/embeddings', '/embeddings', '/embedding'],
  ['anthropic.messages', '/v1/messages'],
  ['ollama.generate', '/api/generate'],
  ['ollama.chat', '/api/chat'],
  ['ollama.embed', '/api/embed', '/api/embeddings'],
  // llama.cpp: `/completions` without `/v1` is its own form too.
  ['llamacpp.completion', '/completion', '/completions', '/infill'],
  ['native.generate', '/generate', '/generate_stream'],
  ['orch.tasks', '/v2/tasks'],
  ['rerank', '/rerank', '/reranking'],
  ['score', '/score'],
  ['classify', '/classify'],
  ['pooling', '/pooling'],
  ['audio', '/v1/audio/transcriptions', '/v1/audio/translations', '/v1/audio/speech'],
  ['images', '/v1/images/generations', '/v1/images/edits', '/v1/images/variations'],
  // The form of SageMaker (vLLM, TGI), and of KServe.
  ['other', '/invocations', '/infer'],
]

const APIS = PATHS.flatMap(([api, ...ends]) => ends.map((end) => [end, api] as const)).sort(
  ([a], [b]) => b.length - a.length,
)
const TASK_ID = '([A-Za-z0-9][A-Za-z0-9._:-]{0,127})'
const EVENTS = new RegExp(`/v2/tasks/${TASK_ID}/events$`)
const CANCEL = new RegExp(`/v2/tasks/${TASK_ID}/cancel$`)
const DELETE = new RegExp(`/v2/tasks/${TASK_ID}$`)

/**
 * The API in which a request is a task; null if it is not a task and is passed through unsampled. `path` may have a base prefix
 * (`/openai/v1/…`), a query and a closing slash.
 */
export function matchTaskApi(method: string, path: string): TaskApi | null {
  if (method !== 'POST') return null
  const plain = plainPath(path)
  return APIS.find(([end]) => plain.endsWith(end))?.[1] ?? null
}

/** The task whose stream of events `GET /v2/tasks/{id}/events` asks for; null for any other request. */
export function matchTaskEvents(method: string, path: string): string | null {
  return method === 'GET' ? (EVENTS.exec(plainPath(path))?.[1] ?? null) : null
}

/** The task that `POST /v2/tasks/{id}/cancel` or `DELETE /v2/tasks/{id}` cancels; null for any other request. */
export function matchTaskCancel(method: string, path: string): string | null {
  if (method === 'POST') return CANCEL.exec(plainPath(path))?.[1] ?? null
  return method === 'DELETE' ? (DELETE.exec(plainPath(path))?.[1] ?? null) : null
}

function plainPath(path: string): string {
  const query = path.indexOf('?')
  const plain = query < 0 ? path : path.slice(0, query)
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain
}
