import { readMetaInfo } from './engine_counts.ts'
import { errorCodeOf } from './error_code.ts'
import { findMember, hasText, lastObject } from './find_member.ts'
import { asObject, asTokens, noteToken, parseObject } from './observation.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import type { Observation } from './types.ts'

/**
 * SGLang's `/generate`: an event holds the text so far, or only what is new, and `meta_info` with the count so far; a failure is `{"error": …}`;
 * `[DONE]` ends the stream (python/sglang/srt/entrypoints/http_server.py, 2026-11).
 */
export class SglangEvents implements StreamProtocol {
  private last = ''
  private generated = 0

  read(observation: Observation, data: string, _event: string, at: number): void {
    if (data === '[DONE]') {
      observation.complete = true
      return
    }
    const generated = readNumber(data, '"completion_tokens"')
    if (generated === null) observation.error_code ??= errorCodeOf(parseObject(data), 0)
    else {
      if (generated > this.generated) noteToken(observation, at)
      this.generated = generated
      this.last = data
    }
  }

  finish(observation: Observation): void {
    readMetaInfo(observation, parseObject(lastObject(this.last, '"meta_info"') ?? ''))
  }
}

/**
 * Triton's generate extension: `text_output` with what is new, no counts, and no event that ends the stream; a failure is
 * `{"error": message}` (docs/protocol/extension_generate.md, 2026-11).
 */
export class TritonEvents implements StreamProtocol {
  read(observation: Observation, data: string, _event: string, at: number): void {
    observation.ends_with_body = true
    if (hasText(data, '"text_output"')) noteToken(observation, at)
    else if (findMember(data, '"error"') >= 0) observation.error_code ??= errorCodeOf(parseObject(data), 0)
  }

  finish(): void {}
}

/** vLLM's `/inference/v1/generate`, tokens in and tokens out: choices with `token_ids`, then `[DONE]`. */
export class TokenEvents implements StreamProtocol {
  read(observation: Observation, data: string, _event: string, at: number): void {
    if (data === '[DONE]') {
      observation.complete = true
      return
    }
    const body = parseObject(data)
    const generated = countTokenIds(body)
    if (generated > 0) {
      noteToken(observation, at)
      observation.tokens_out = (observation.tokens_out ?? 0) + generated
    } else if (body.error) observation.error_code ??= errorCodeOf(body, 0)
  }

  finish(): void {}
}

/** Tokens in the choices of vLLM's `/inference/v1/generate`. */
export function countTokenIds({ choices }: Record<string, unknown>): number {
  const lists = Array.isArray(choices) ? choices.map((choice) => asObject(choice).token_ids) : []
  return lists.reduce((sum: number, list) => sum + (Array.isArray(list) ? list.length : 0), 0)
}

function readNumber(data: string, key: string): number | null {
  const at = findMember(data, key)
  return at < 0 ? null : asTokens(Number(/^\d+/.exec(data.slice(at, at + 12))?.[0] ?? Number.NaN))
}
