import { skimObject, type ValueSpan } from './skim_object.ts'
import type { TaskApi, TaskRequest } from './types.ts'
import { requestUsage, supportsUsage } from './usage_request.ts'

/** Longest model name that is accepted. In bytes. */
const MAX_MODEL_BYTES = 1024

/** The key of the model name in each API. TGI's has none: its server serves one model. */
const MODEL_KEYS: Readonly<Record<TaskApi, readonly string[]>> = {
  'openai.chat': ['model'],
  'openai.completions': ['model'],
  'openai.responses': ['model'],
  'openai.embeddings': ['model'],
  'ollama.generate': ['model'],
  'ollama.chat': ['model'],
  'tgi.generate': [],
  'orch.tasks': ['model_ref', 'model'],
}

/**
 * Reads a task's request, except its prompt. If the stream would not report its counts by default and the engine is known to
 * support it, the returned body requests them. Never throws.
 *
 * @param path distinguishes TGI's streaming path from the other one; not needed for other APIs
 * @returns null if the body is not a JSON object or its model is not a name: such a request is passed through unsampled. The model
 *   is empty if the request has none, which servers of one model allow.
 */
export function readTaskRequest(api: TaskApi, body: Buffer, engine: string, path = ''): TaskRequest | null {
  const text = body.toString('latin1')
  const keys = skimObject(text)
  const model = keys && readModel(api, text, keys)
  if (!keys || model === null) return null
  const stream = readStream(api, text, keys, path)
  const asked = stream && supportsUsage(engine, api) ? requestUsage(body, text, keys) : null
  return { api, model, stream, body: asked ?? body, asked_by_gateway: asked !== null }
}

function readModel(api: TaskApi, text: string, keys: Map<string, ValueSpan>): string | null {
  if (MODEL_KEYS[api].length === 0) return ''
  for (const key of MODEL_KEYS[api]) {
    const span = keys.get(key)
    const model = span && readString(text, span)
    if (model) return model
  }
  return MODEL_KEYS[api].some((key) => keys.has(key)) ? null : ''
}

/** Whether the response will be a stream: as requested, else the default of the API (Ollama streams by default). */
function readStream(api: TaskApi, text: string, keys: Map<string, ValueSpan>, path: string): boolean {
  if (api === 'orch.tasks') return true
  if (api === 'tgi.generate') return /\/generate_stream\/?(\?|$)/.test(path)
  const span = keys.get('stream')
  const word = span ? text.slice(span.start, span.end) : ''
  return api === 'ollama.generate' || api === 'ollama.chat' ? word !== 'false' : word === 'true'
}

function readString(text: string, { start, end }: ValueSpan): string | null {
  if (text[start] !== '"' || end - start > MAX_MODEL_BYTES) return null
  try {
    return JSON.parse(Buffer.from(text.slice(start, end), 'latin1').toString()) as string
  } catch {
    return null
  }
}
