import { once } from 'node:events'
import { createGzip, type Gzip, constants as zlib } from 'node:zlib'
import { pauseUntil } from './pause.ts'
import type { Call } from './types.ts'

/** Thrown to leave a route whose client went away or whose answer was cut on purpose. */
export class AnswerCut extends Error {}

/** When token `index` is due. Counted from the first token as it really came: a late one does not shorten the decoding. */
export function dueTime({ answer, options }: Call, index: number): number {
  return (answer.first_token_at ?? answer.accepted_at + options.ttft_ms) + index * options.tpot_ms
}

/** Writes a streamed answer at its set times and notes the times that it kept. */
export class AnswerWriter {
  private readonly call: Call
  private readonly gzip: Gzip | null

  constructor(call: Call, content_type: string, headers: Record<string, string> = {}) {
    this.call = call
    const accepts = String(call.request.headers['accept-encoding'] ?? '').includes('gzip')
    this.gzip = call.options.gzip && accepts ? createGzip() : null
    const { response, options } = call
    response.setHeader('content-type', content_type)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (this.gzip) response.setHeader('content-encoding', 'gzip')
    if (options.trailers) response.setHeader('trailer', 'x-double-trailer')
    this.gzip?.pipe(response, { end: false })
    response.flushHeaders()
  }

  /** Waits for the time of token `index`, counted from 0, and writes its event; cuts the answer where it shall be cut. */
  async token(index: number, event: string): Promise<void> {
    const { options, answer } = this.call
    const cut = Math.max(1, Math.floor(options.tokens / 2))
    if (index === cut && options.outcome === 'reset') this.reset()
    if (index === cut && options.outcome === 'stall') await this.stall()
    await pauseUntil(dueTime(this.call, index))
    this.checkClient()
    answer.last_token_at = performance.now()
    answer.first_token_at ??= answer.last_token_at
    answer.tokens++
    await this.write(event)
  }

  /** Whether the failure event is due before token `index`. */
  failsAt(index: number): boolean {
    const { outcome, tokens } = this.call.options
    return outcome === 'error_event' && index === Math.max(1, Math.floor(tokens / 2))
  }

  async write(event: string): Promise<void> {
    this.checkClient()
    const size = this.call.options.piece_bytes
    const bytes = Buffer.from(event)
    if (size === 0) return this.send(bytes)
    for (let at = 0; at < bytes.length; at += size) {
      this.send(bytes.subarray(at, at + size))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async end(): Promise<void> {
    const { response, options, answer } = this.call
    if (this.gzip) {
      this.gzip.end()
      await once(this.gzip, 'end')
    }
    if (options.trailers) response.addTrailers({ 'x-double-trailer': `tokens=${answer.tokens}` })
    answer.finished = true
    response.end()
  }

  private send(bytes: Buffer): void {
    if (!this.gzip) {
      this.call.response.write(bytes)
      return
    }
    this.gzip.write(bytes)
    this.gzip.flush(zlib.Z_SYNC_FLUSH)
  }

  private checkClient(): void {
    if (this.call.response.destroyed || this.call.answer.aborted) throw new AnswerCut('the client went away')
  }

  private reset(): never {
    this.call.request.socket.resetAndDestroy()
    throw new AnswerCut('reset as set')
  }

  private async stall(): Promise<never> {
    await once(this.call.response, 'close')
    throw new AnswerCut('stalled as set')
  }
}
