import { errorCodeOf } from './error_code.ts'
import { findMember, hasText } from './find_member.ts'
import { asObject, asTokens, noteToken, parseObject } from './observation.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import type { Observation } from './types.ts'

/**
 * TGI's `/generate_stream`: an event a token (`token.text`), the last with `generated_text` and `details`; a failure is
 * `{"error": message, "error_type": word}`. A special token (end of sequence) is not part of the text.
 */
export class TgiEvents implements StreamProtocol {
  private last = ''

  read(observation: Observation, data: string, _event: string, at: number): void {
    const special = data.startsWith('true', findMember(data, '"special"'))
    if (!special && hasText(data, '"text"')) noteToken(observation, at)
    if (data.charCodeAt(findMember(data, '"generated_text"')) === 34) {
      observation.complete = true
      this.last = data
    } else if (findMember(data, '"error_type"') >= 0) observation.error_code ??= errorCodeOf(parseObject(data), 0)
  }

  finish(observation: Observation): void {
    if (this.last) readTgiDetails(observation, asObject(parseObject(this.last).details))
  }
}

/** `details` of TGI: the tokens generated, and the length of the prompt in versions that report it. */
export function readTgiDetails(observation: Observation, details: Record<string, unknown>): void {
  observation.tokens_out = asTokens(details.generated_tokens) ?? observation.tokens_out
  observation.tokens_in = asTokens(details.input_length) ?? observation.tokens_in
}
