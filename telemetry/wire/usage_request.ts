import { skimObject, type ValueSpan } from './skim_object.ts'
import type { TaskApi } from './types.ts'

/**
 * The streaming APIs in which an engine is known to support `stream_options.include_usage`. It is not requested of any other
 * engine, because some reject a request with an unknown key.
 *
 * - vLLM, SGLang, TensorRT-LLM (`trtllm-serve`) and NIM, which builds on them: both APIs.
 * - Ollama: both, in its OpenAI layer. Its native API always reports counts.
 * - LM Studio: since 0.3.18 (API changelog of 2025-07-10); the documentation names chat completions.
 * - TGI: chat completions (router `ChatCompletionChunk.usage`).
 * - Not llama.cpp: its last chunk always carries `timings`, with the counts; if usage is requested, `timings` moves into the usage
 *   chunk, which would be stripped.
 * - Not Triton's OpenAI front end: its support depends on the version and the backend.
 */
const SUPPORTS_USAGE: Readonly<Record<string, readonly TaskApi[]>> = {
  vllm: ['openai.chat', 'openai.completions'],
  sglang: ['openai.chat', 'openai.completions'],
  'tensorrt-llm': ['openai.chat', 'openai.completions'],
  nim: ['openai.chat', 'openai.completions'],
  ollama: ['openai.chat', 'openai.completions'],
  lmstudio: ['openai.chat'],
  tgi: ['openai.chat'],
}

/** Whether this engine supports a usage chunk in streams of this API. */
export function supportsUsage(engine: string, api: TaskApi): boolean {
  return SUPPORTS_USAGE[engine]?.includes(api) ?? false
}

/**
 * The request body with `stream_options.include_usage` set, every other byte unchanged; null if the client has set the option
 * itself, either way, or `continuous_usage_stats`, which takes effect with it only, or if the body cannot be edited safely.
 *
 * @param text the body decoded as Latin-1, so that offsets are bytes
 */
export function requestUsage(body: Buffer, text: string, keys: Map<string, ValueSpan>): Buffer | null {
  const options = keys.get('stream_options')
  if (!options) {
    const at = text.indexOf('{') + 1
    return splice(body, at, at, `"stream_options":{"include_usage":true}${keys.size > 0 ? ',' : ''}`)
  }
  if (text.slice(options.start, options.end) === 'null') {
    return splice(body, options.start, options.end, '{"include_usage":true}')
  }
  const inner = skimObject(text.slice(options.start, options.end))
  if (!inner || inner.has('include_usage') || inner.has('continuous_usage_stats')) return null
  return splice(body, options.start + 1, options.start + 1, `"include_usage":true${inner.size > 0 ? ',' : ''}`)
}

/** Whether the client itself requests usage. */
export function asksUsage(text: string, keys: ReadonlyMap<string, ValueSpan>): boolean {
  const options = keys.get('stream_options')
  const inner = options && skimObject(text.slice(options.start, options.end))
  const span = inner?.get('include_usage')
  return span !== undefined && text.slice(options!.start + span.start, options!.start + span.end) === 'true'
}

function splice(body: Buffer, from: number, to: number, text: string): Buffer {
  return Buffer.concat([body.subarray(0, from), Buffer.from(text), body.subarray(to)])
}
