import { errorCodeOf } from './error_code.ts'
import { asMs, asTokens, noteToken, parseObject } from './observation.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import type { Observation } from './types.ts'

/**
 * The events of a llama-orch task: `started`, `token {t, i}`, `metrics`, `end {tokens_out, decode_ms | decode_time_ms}`,
 * `error {code, message}`. `metrics` may carry any field; the prompt's counts are read from it if it has them.
 */
export class OrchEvents implements StreamProtocol {
  read(observation: Observation, data: string, event: string, at: number): void {
    const body = parseObject(data)
    if (event === 'token') {
      if (hasTokenText(body)) noteToken(observation, at)
    } else if (event === 'metrics') readPrompt(observation, body)
    else if (event === 'end') {
      observation.complete = true
      readPrompt(observation, body)
      observation.tokens_out = asTokens(body.tokens_out)
      observation.engine_decode_time_ms = asMs(body.decode_time_ms) ?? asMs(body.decode_ms)
    } else if (event === 'error') observation.error_code ??= errorCodeOf(body, 0)
  }

  finish(): void {}
}

function hasTokenText(body: Record<string, unknown>): boolean {
  return [body.t, body.text, body.token].some((text) => typeof text === 'string' && text !== '')
}

function readPrompt(observation: Observation, body: Record<string, unknown>): void {
  observation.tokens_in = asTokens(body.tokens_in) ?? observation.tokens_in
  observation.tokens_in_cached = asTokens(body.tokens_in_cached) ?? observation.tokens_in_cached
  observation.engine_first_token_ms = asMs(body.first_token_ms) ?? observation.engine_first_token_ms
}
