import type { TaskApi } from './types.ts'

/** Path of the API, without a base such as `/openai`, → the API in which a request is a task. */
const OPENAI_PATHS: Readonly<Record<string, TaskApi>> = {
  '/v1/chat/completions': 'openai.chat',
  '/v1/completions': 'openai.completions',
  '/v1/responses': 'openai.responses',
  '/v1/embeddings': 'openai.embeddings',
}

/** APIs with a fixed path, except for a prefix that a proxy in front of the engine may add. */
const NATIVE_PATHS: Readonly<Record<string, TaskApi>> = {
  '/api/generate': 'ollama.generate',
  '/api/chat': 'ollama.chat',
  '/generate': 'tgi.generate',
  '/generate_stream': 'tgi.generate',
  '/v2/tasks': 'orch.tasks',
}

const APIS = Object.entries({ ...OPENAI_PATHS, ...NATIVE_PATHS }).sort(([a], [b]) => b.length - a.length)
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
  return APIS.find(([api]) => plain.endsWith(api))?.[1] ?? null
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
