import { judgeHidden, readUsage } from './engine_counts.ts'
import { errorCodeOf } from './error_code.ts'
import { findMember, hasText, lastObject } from './find_member.ts'
import { asObject, noteToken, parseObject } from './observation.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import type { Observation } from './types.ts'

/**
 * The Responses API as server-sent events, distinguished by `type`: `response.output_text.delta`, `response.reasoning_text.delta`,
 * `response.function_call_arguments.delta` and other types that end in `.delta` with a text; `response.output_item.added` with the name of a function;
 * `response.completed` and `response.incomplete` with the usage; `response.failed` and `error`.
 */
export class OpenAiResponses implements StreamProtocol {
  private last = ''
  private reasoned = false

  read(observation: Observation, data: string, event: string, at: number): void {
    const type = event === '' || event === 'message' ? typeOf(data) : event
    if (type.endsWith('.delta')) {
      this.reasoned ||= type.startsWith('response.reasoning')
      if (hasText(data, '"delta"')) noteToken(observation, at)
    } else if (type === 'response.output_item.added') {
      if (isNamedCall(data)) noteToken(observation, at)
    } else if (type === 'response.completed' || type === 'response.incomplete') {
      observation.complete = true
      this.last = data
    } else if (type === 'response.failed' || type === 'error') {
      const body = parseObject(data)
      observation.error_code ??= errorCodeOf(body.response ? asObject(body.response) : body, 0)
    }
  }

  finish(observation: Observation): void {
    if (this.last) readUsage(observation, parseObject(lastObject(this.last, '"usage"') ?? ''))
    judgeHidden(observation, this.reasoned)
  }
}

function typeOf(data: string): string {
  const at = findMember(data, '"type"')
  return data.charCodeAt(at) === 34 ? data.slice(at + 1, data.indexOf('"', at + 1)) : ''
}

function isNamedCall(data: string): boolean {
  const item = asObject(parseObject(data).item)
  return item.type === 'function_call' && typeof item.name === 'string' && item.name !== ''
}
