import { judgeHidden, readMetrics, readTimings, readUsage } from './engine_counts.ts'
import { errorCodeOf } from './error_code.ts'
import { findMember, hasObject, hasText, lastObject } from './find_member.ts'
import { LoadingBanner } from './loading_banner.ts'
import { forgetTokens, noteToken, parseObject } from './observation.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import type { Observation } from './types.ts'

const REASONING_TEXTS = ['"reasoning_content"', '"reasoning"']
const TEXTS = {
  'openai.chat': ['"content"', '"arguments"', '"refusal"'],
  'openai.completions': ['"text"'],
  'llamacpp.completion': ['"content"', '"text"'],
} as const

/**
 * Chat completions and text completions as server-sent events: chunks with `choices[].delta` or `choices[].text`, `usage` in
 * the last chunk or in all of them, llama.cpp's `timings`, vLLM's `metrics`, an `error` object, and `[DONE]`. llama.cpp's own completions have
 * `content` at the top and end with `stop: true`.
 */
export class OpenAiChunks implements StreamProtocol {
  private readonly api: keyof typeof TEXTS
  private readonly banner = new LoadingBanner()
  private usage = ''
  private timings = ''
  private metrics = ''
  private last = ''
  private reasoned = false

  constructor(api: keyof typeof TEXTS) {
    this.api = api
  }

  read(observation: Observation, data: string, event: string, at: number): void {
    if (data === '[DONE]') {
      observation.complete = true
      return
    }
    if (hasAny(data, TEXTS[this.api])) noteToken(observation, at)
    else if (this.api === 'openai.chat' && hasAny(data, REASONING_TEXTS)) this.noteReasoning(observation, data, at)
    else if (this.api === 'openai.chat' && hasToolName(data)) noteToken(observation, at)
    else if (isFailure(data, event)) observation.error_code ??= errorCodeOf(parseObject(data), 0)
    if (hasObject(data, '"usage"')) this.usage = data
    if (hasObject(data, '"timings"')) this.timings = data
    if (hasObject(data, '"metrics"')) this.metrics = data
    this.last = data
  }

  finish(observation: Observation): void {
    observation.has_usage = this.usage !== ''
    if (this.usage) readUsage(observation, parseObject(lastObject(this.usage, '"usage"') ?? ''))
    if (this.timings) readTimings(observation, parseObject(lastObject(this.timings, '"timings"') ?? ''))
    if (this.metrics) readMetrics(observation, parseObject(lastObject(this.metrics, '"metrics"') ?? ''))
    judgeHidden(observation, this.reasoned)
    if (!observation.complete) observation.complete = isLastChunk(this.last)
  }

  private noteReasoning(observation: Observation, data: string, at: number): void {
    const part = this.banner.read(data)
    if (part === 'none') {
      this.reasoned = true
      noteToken(observation, at)
    } else if (part === 'begin') {
      forgetTokens(observation)
      observation.cold_start = true
    }
  }
}

function hasAny(data: string, keys: readonly string[]): boolean {
  for (const key of keys) if (hasText(data, key)) return true
  return false
}

function hasToolName(data: string): boolean {
  return /"(tool_calls|function_call)"/.test(data) && hasText(data, '"name"')
}

function isFailure(data: string, event: string): boolean {
  if (event === 'error') return true
  const at = findMember(data, '"error"')
  return (at >= 0 && !data.startsWith('null', at)) || /"object"\s*:\s*"error"/.test(data)
}

/** Some servers end a stream without `[DONE]`: with the chunk that carries the reason, the usage, or (llama.cpp's own form) `stop: true`. */
function isLastChunk(data: string): boolean {
  if (hasText(data, '"finish_reason"') || data.startsWith('true', findMember(data, '"stop"'))) return true
  const choices = findMember(data, '"choices"')
  return choices >= 0 && /^\[\s*\]/.test(data.slice(choices, choices + 8)) && hasObject(data, '"usage"')
}
