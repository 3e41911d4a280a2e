import { readOllamaCounts } from './engine_counts.ts'
import { errorCodeOf } from './error_code.ts'
import { findMember, hasText } from './find_member.ts'
import { noteToken, parseObject } from './observation.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import type { Observation } from './types.ts'

const TEXTS = ['"response"', '"content"', '"thinking"', '"name"']

/** Ollama's native API: a JSON object a line, the last with `done: true` and the counts; a failure is `{"error": …}`. */
export class OllamaLines implements StreamProtocol {
  private last = ''

  read(observation: Observation, data: string, _event: string, at: number): void {
    if (TEXTS.some((key) => hasText(data, key))) noteToken(observation, at)
    observation.remote ||= hasText(data, '"remote_host"')
    if (data.startsWith('true', findMember(data, '"done"'))) {
      observation.complete = true
      this.last = data
    } else if (data.startsWith('{"error"')) observation.error_code ??= errorCodeOf(parseObject(data), 0)
  }

  finish(observation: Observation): void {
    if (this.last) readOllamaCounts(observation, parseObject(this.last))
  }
}
