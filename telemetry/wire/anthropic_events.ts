import { readUsage } from './engine_counts.ts'
import { errorCodeOf } from './error_code.ts'
import { findMember, hasText, lastObject } from './find_member.ts'
import { noteToken, parseObject } from './observation.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import type { Observation } from './types.ts'

/** Text, reasoning, and pieces of a tool's arguments. A signature is none of the model's tokens. */
const TEXTS = ['"text"', '"thinking"', '"partial_json"']

/**
 * Anthropic's Messages API as server-sent events, as vLLM, SGLang, llama.cpp, Ollama and LM Studio serve it: `message_start` with the
 * prompt's usage, `content_block_start` with the name of a tool, `content_block_delta`, `message_delta` with the usage so far,
 * `message_stop`, `ping`, `error`. vLLM sends `[DONE]` behind it.
 */
export class AnthropicEvents implements StreamProtocol {
  private readonly usages: string[] = []

  read(observation: Observation, data: string, event: string, at: number): void {
    const type = event === '' || event === 'message' ? typeOf(data) : event
    if (type === 'content_block_delta') {
      if (TEXTS.some((key) => hasText(data, key))) noteToken(observation, at)
    } else if (type === 'content_block_start') {
      if (hasText(data, '"name"')) noteToken(observation, at)
    } else if (type === 'message_start' || type === 'message_delta') this.usages.push(data)
    else if (type === 'message_stop') observation.complete = true
    else if (type === 'error') observation.error_code ??= errorCodeOf(parseObject(data), 0)
  }

  /** A later usage adds to the former ones: the counts of the prompt may come first, those of the answer last. */
  finish(observation: Observation): void {
    const read = this.usages.map((data) => parseObject(lastObject(data, '"usage"') ?? ''))
    readUsage(observation, Object.assign({}, ...read))
  }
}

function typeOf(data: string): string {
  const at = findMember(data, '"type"')
  return data.charCodeAt(at) === 34 ? data.slice(at + 1, data.indexOf('"', at + 1)) : ''
}
