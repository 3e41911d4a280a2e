import { countSequences } from './count_sequences.ts'
import { skimObject, type ValueSpan } from './skim_object.ts'
import type { TaskApi, TaskRequest } from './types.ts'
import { asksUsage, requestUsage, supportsUsage } from './usage_request.ts'

/** Longest model name that is accepted. In bytes. */
const MAX_MODEL_BYTES = 1024

/** The keys of the model name, of which the first that holds one counts. */
const MODEL_KEYS: Partial<Record<TaskApi, readonly string[]>> = { 'orch.tasks': ['model_ref', 'model'] }
const MODEL_KEY = ['model'] as const

/** Engines whose `/generate` is read; on any other one it is nobody's API, whatever the path ends in. */
const NATIVE_ENGINES = new Set(['tgi', 'sglang', 'triton', 'vllm'])

/** APIs that tell no tokens, or no times. */
export const UNSAMPLED: ReadonlySet<TaskApi> = new Set(['audio', 'images', 'other'])

/**
 * Reads a task's request, except its prompt. If the stream would not report its counts by default and the engine is known to
 * support it, the returned body requests them. Never throws.
 *
 * @param path distinguishes streaming paths from others and names Triton's model; not needed for other APIs
 * @param mayAsk whether the engine may be asked for usage, see `UsageHabit`
 * @returns null if the body is neither a JSON object nor a form, or its model is not a name: such a request is passed through unsampled.
 *   The model is empty if the request has none, which servers of one model allow.
 */
export function readTaskRequest(
  api: TaskApi,
  body: Buffer,
  engine: string,
  path = '',
  mayAsk = true,
): TaskRequest | null {
  const text = body.toString('latin1')
  if (text.startsWith('--')) return readForm(api, body, text)
  const keys = skimObject(text)
  const model = keys && readModel(api, text, keys, path)
  if (!keys || model === null) return null
  const stream = readStream(api, text, keys, path)
  const asked = mayAsk && stream && supportsUsage(engine, api) ? requestUsage(body, text, keys) : null
  return {
    api,
    model,
    stream,
    sequences: countSequences(api, text, keys),
    is_task: !isModelControl(api, text, keys),
    sampled: isSampled(api, model, engine),
    body: asked ?? body,
    asks_usage: asked !== null || asksUsage(text, keys),
    asked_by_gateway: asked !== null,
  }
}

/** Whether a task of this model tells tokens and times of this host's GPU. */
export function isSampled(api: TaskApi, model: string, engine: string): boolean {
  if (UNSAMPLED.has(api) || (engine === 'ollama' && CLOUD_MODEL.test(model))) return false
  return api !== 'native.generate' || NATIVE_ENGINES.has(engine)
}

/** Ollama's names for models that another machine runs (docs/cloud.md): `gpt-oss:120b-cloud`, `glm-4.6:cloud`. */
const CLOUD_MODEL = /[:-]cloud$/

/** A `multipart/form-data` body: files, which are not read, and fields, of which one is the model. */
function readForm(api: TaskApi, body: Buffer, text: string): TaskRequest {
  const [, model = ''] = FORM_MODEL.exec(text) ?? []
  const name = Buffer.from(model, 'latin1').toString().trim()
  const facts = { sequences: 1, is_task: true, sampled: false, asks_usage: false, asked_by_gateway: false }
  return { api, model: name, stream: false, body, ...facts }
}

const FORM_MODEL = /\r\ncontent-disposition: *form-data; *name="?model"?\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]{1,1024})\r\n/i

function readModel(api: TaskApi, text: string, keys: Map<string, ValueSpan>, path: string): string | null {
  const names = MODEL_KEYS[api] ?? MODEL_KEY
  for (const key of names) {
    const span = keys.get(key)
    const model = span && readString(text, span)
    if (model) return model
  }
  const [, inPath] = /\/v2\/models\/([^/?]{1,256})\//.exec(path) ?? []
  if (inPath !== undefined) return decodeName(inPath)
  return api !== 'native.generate' && names.some((key) => keys.has(key)) ? null : ''
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Ollama loads a model for a generation without a prompt, and unloads it if `keep_alive` is 0 (docs/api.md, "Load a model", "Unload a model"):
 * nothing is generated. A chat without messages does the same, which its answer tells.
 */
function isModelControl(api: TaskApi, text: string, keys: Map<string, ValueSpan>): boolean {
  const span = keys.get('prompt')
  return api === 'ollama.generate' && (span === undefined || /^(""|null)$/.test(text.slice(span.start, span.end)))
}

/** Whether the response will be a stream: by its path, as requested, else the default of the API (Ollama streams by default). */
function readStream(api: TaskApi, text: string, keys: Map<string, ValueSpan>, path: string): boolean {
  if (api === 'orch.tasks') return true
  if (api === 'native.generate' && /\/generate_stream\/?(\?|$)/.test(path)) return true
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
