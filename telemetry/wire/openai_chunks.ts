import { readTimings, readUsage } from './engine_counts.ts'
import { errorCodeOf } from './error_code.ts'
import { findMember, hasObject, hasText, lastObject } from './find_member.ts'
import { noteToken, parseObject } from './observation.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import type { Observation } from './types.ts'

const CHAT_TEXTS = ['"content"', '"reasoning_content"', '"reasoning"', '"arguments"', '"refusal"']
const COMPLETION_TEXTS = ['"text"']

/**
 * Chat completions and text completions as server-sent events: chunks with `choices[].delta` or `choices[].text`, `usage` in
 * the last chunk or in all of them, llama.cpp's `timings`, an `error` object, and `[DONE]`.
 */
export class OpenAiChunks implements StreamProtocol {
  private readonly texts: readonly string[]
  private usage = ''
  private timings = ''
  private last = ''

  constructor(api: 'openai.chat' | 'openai.completions') {
    this.texts = api === 'openai.chat' ? CHAT_TEXTS : COMPLETION_TEXTS
  }

  read(observation: Observation, data: string, event: string, at: number): void {
    if (data === '[DONE]') {
      observation.complete = true
      return
    }
    if (this.hasToken(data)) noteToken(observation, at)
    else if (isFailure(data, event)) observation.error_code ??= errorCodeOf(parseObject(data), 0)
    if (hasObject(data, '"usage"')) this.usage = data
    if (hasObject(data, '"timings"')) this.timings = data
    this.last = data
  }

  finish(observation: Observation): void {
    if (this.usage) readUsage(observation, parseObject(lastObject(this.usage, '"usage"') ?? ''))
    if (this.timings) readTimings(observation, parseObject(lastObject(this.timings, '"timings"') ?? ''))
    if (!observation.complete) observation.complete = isLastChunk(this.last)
  }

  private hasToken(data: string): boolean {
    for (const key of this.texts) if (hasText(data, key)) return true
    return this.texts === CHAT_TEXTS && /"(tool_calls|function_call)"/.test(data) && hasText(data, '"name"')
  }
}

function isFailure(data: string, event: string): boolean {
  if (event === 'error') return true
  const at = findMember(data, '"error"')
  return (at >= 0 && !data.startsWith('null', at)) || /"object"\s*:\s*"error"/.test(data)
}

/** Some servers end a stream without `[DONE]`: with the chunk that carries the reason, or the usage. */
function isLastChunk(data: string): boolean {
  if (hasText(data, '"finish_reason"')) return true
  const choices = findMember(data, '"choices"')
  return choices >= 0 && /^\[\s*\]/.test(data.slice(choices, choices + 8)) && hasObject(data, '"usage"')
}
