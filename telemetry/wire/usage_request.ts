import { skimObject, type ValueSpan } from './skim_object.ts'
import type { TaskApi } from './types.ts'

/**
 * The streaming APIs in which an engine is known to understand `stream_options.include_usage`. Any other engine is not asked,
 * because some refuse a request with a key that they do not know.
 *
 * - vLLM, SGLang, TensorRT-LLM (`trtllm-serve`) and NIM, which builds on them: both APIs.
 * - Ollama: both, in its OpenAI layer. Its native API reports counts unasked.
 * - LM Studio: since 0.3.18 (API changelog of 2025-07-10); the documentation names chat completions.
 * - TGI: chat completions (router `ChatCompletionChunk.usage`).
 * - llama.cpp is not asked: its last chunk carries `timings`, with the counts, unasked; when asked, `timings` moves into
 *   the usage chunk, which would be stripped.
 * - Triton's OpenAI front end is not asked: its support depends on the version and the backend.
 */
const ANSWERS_USAGE: Readonly<Record<string, readonly TaskApi[]>> = {
  vllm: ['openai.chat', 'openai.completions'],
  sglang: ['openai.chat', 'openai.completions'],
  'tensorrt-llm': ['openai.chat', 'openai.completions'],
  nim: ['openai.chat', 'openai.completions'],
  ollama: ['openai.chat', 'openai.completions'],
  lmstudio: ['openai.chat'],
  tgi: ['openai.chat'],
}

/** Whether a stream of this API may be asked for a usage chunk on this engine. */
export function answersUsage(engine: string, api: TaskApi): boolean {
  return ANSWERS_USAGE[engine]?.includes(api) ?? false
}

/**
 * The request body with `stream_options.include_usage` set, every other byte as it was; null if the client has said what it
 * wants (either way) or where there is no safe place for the edit.
 *
 * @param text the body read as Latin-1, so that offsets are bytes
 */
export function askForUsage(body: Buffer, text: string, keys: Map<string, ValueSpan>): Buffer | null {
  const options = keys.get('stream_options')
  if (!options) {
    const at = text.indexOf('{') + 1
    return splice(body, at, at, `"stream_options":{"include_usage":true}${keys.size > 0 ? ',' : ''}`)
  }
  if (text.slice(options.start, options.end) === 'null') {
    return splice(body, options.start, options.end, '{"include_usage":true}')
  }
  const inner = skimObject(text.slice(options.start, options.end))
  if (!inner || inner.has('include_usage')) return null
  return splice(body, options.start + 1, options.start + 1, `"include_usage":true${inner.size > 0 ? ',' : ''}`)
}

function splice(body: Buffer, from: number, to: number, text: string): Buffer {
  return Buffer.concat([body.subarray(0, from), Buffer.from(text), body.subarray(to)])
}
