import { findMember } from './find_member.ts'
import { parseObject } from './observation.ts'
import type { TaskApi } from './types.ts'

/** What to do with an event of a stream with a requested usage chunk: `edit` removes a member from it. */
export type StripAction = 'keep' | 'drop' | 'edit'

/** Removes from a stream what is in it only because the gateway requested the usage chunk. */
export interface UsageStripper {
  classify(data: string): StripAction
  /** The event without the member. `event` and the result are bytes decoded as Latin-1. */
  edit(event: string): string
}

const NULL_MEMBER = /,\s*"usage"\s*:\s*null|"usage"\s*:\s*null\s*,\s*/
const ZERO_MEMBER = /,"usage":\{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0\}/

/**
 * What an engine adds to the other chunks of a stream if usage is requested:
 *
 * - vLLM (and NIM on it), chat: `"usage":null` in versions that set the field on every chunk of such a stream and leave unset
 *   fields out. In text completions the member does not depend on the request.
 * - Ollama's OpenAI layer: a usage of three zeros (`c.Usage = &openai.Usage{}`).
 * - SGLang, TensorRT-LLM, TGI: nothing; `"usage":null` does not depend on the request.
 * - LM Studio: not documented; left unchanged.
 */
function addedMember(engine: string, api: TaskApi): RegExp | null {
  if ((engine === 'vllm' || engine === 'nim') && api === 'openai.chat') return NULL_MEMBER
  return engine === 'ollama' ? ZERO_MEMBER : null
}

export function createUsageStripper(engine: string, api: TaskApi): UsageStripper {
  const member = addedMember(engine, api)
  return {
    classify(data) {
      const at = findMember(data, '"usage"')
      if (at < 0) return 'keep'
      if (data.charCodeAt(at) === 123 && isUsageEvent(data)) return 'drop'
      return member?.test(data) ? 'edit' : 'keep'
    },
    edit: (event) => (member ? event.replace(member, '') : event),
  }
}

/** The extra chunk: no choices, and the usage. */
function isUsageEvent(data: string): boolean {
  const choices = findMember(data, '"choices"')
  if (choices < 0 || data[choices] !== '[' || !/^\[\s*\]/.test(data.slice(choices, choices + 8))) return false
  const chunk = parseObject(data)
  return Array.isArray(chunk.choices) && chunk.choices.length === 0 && typeof chunk.usage === 'object'
}
