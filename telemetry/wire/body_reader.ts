import { readOllamaCounts, readTimings, readUsage } from './engine_counts.ts'
import { errorCodeOf } from './error_code.ts'
import { lastObject } from './find_member.ts'
import { asObject, asTokens, newObservation, parseObject } from './observation.ts'
import { skimObject } from './skim_object.ts'
import { readTgiDetails } from './tgi_events.ts'
import type { Observation, ResponseHead, ResponseReader, TaskApi } from './types.ts'

/** Bodies up to this size are read as a whole; of larger ones (embeddings) only the end, which has the usage. In bytes. */
const MAX_WHOLE_BYTES = 262_144
const TAIL_BYTES = 16_384

/** Reads a response that is not streamed; never changes it. Its first and last token arrive with its last byte. */
export class BodyReader implements ResponseReader {
  readonly rewrites = false
  readonly observation: Observation = newObservation()
  private readonly api: TaskApi
  private readonly head: ResponseHead
  private chunks: Buffer[] = []
  private bytes = 0
  private truncated = false
  private at: number | null = null

  constructor(api: TaskApi, head: ResponseHead) {
    this.api = api
    this.head = head
  }

  push(bytes: Buffer, at: number): Buffer {
    this.at = at
    this.chunks.push(bytes)
    this.bytes += bytes.length
    if (this.bytes > MAX_WHOLE_BYTES) this.keepTail()
    return bytes
  }

  end(): { rest: null; observation: Observation } {
    const text = Buffer.concat(this.chunks).toString('latin1')
    if (this.truncated) this.readTail(text)
    else this.readWhole(text)
    return { rest: null, observation: this.observation }
  }

  private keepTail(): void {
    const tail = Buffer.concat(this.chunks).subarray(-TAIL_BYTES)
    this.chunks = [Buffer.from(tail)]
    this.bytes = tail.length
    this.truncated = true
  }

  private readWhole(text: string): void {
    const failed = this.head.status >= 400
    const body = parseObject(text)
    const refused = failed || isFailure(body)
    if (refused) this.observation.error_code = errorCodeOf(body, this.head.status)
    else if (skimObject(text)) this.readAnswer(body)
  }

  private readTail(text: string): void {
    if (this.head.status >= 400) this.observation.error_code = errorCodeOf({}, this.head.status)
    else if (text.trimEnd().endsWith('}')) this.readAnswer({ usage: parseObject(lastObject(text, '"usage"') ?? '') })
  }

  private readAnswer(body: Record<string, unknown>): void {
    const { observation } = this
    observation.first_token_at = this.at
    observation.last_token_at = this.at
    observation.complete = true
    if (this.api === 'ollama.generate' || this.api === 'ollama.chat') readOllamaCounts(observation, body)
    else if (this.api === 'tgi.generate') this.readTgi(body)
    else {
      readUsage(observation, asObject(body.usage))
      if (body.timings) readTimings(observation, asObject(body.timings))
    }
  }

  /** TGI reports its counts in headers, and in `details` if the client requested them. */
  private readTgi(body: Record<string, unknown>): void {
    const header = (name: string) => asTokens(Number(this.head.header?.(name) ?? Number.NaN))
    this.observation.tokens_in = header('x-prompt-tokens')
    this.observation.tokens_out = header('x-generated-tokens')
    readTgiDetails(this.observation, asObject(body.details))
  }
}

function isFailure(body: Record<string, unknown>): boolean {
  return (body.error !== undefined && body.error !== null) || body.object === 'error' || body.status === 'failed'
}
