import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** The memory that all request bodies may take together. */
export class BodyBudget {
  readonly #max_bytes: number
  #held_bytes = 0

  constructor(max_bytes: number) {
    this.#max_bytes = max_bytes
  }

  get held_bytes(): number {
    return this.#held_bytes
  }

  /** Takes memory for `bytes`; false if there is not enough. */
  take(bytes: number): boolean {
    if (this.#held_bytes + bytes > this.#max_bytes) return false
    this.#held_bytes += bytes
    return true
  }

  give(bytes: number): void {
    this.#held_bytes -= bytes
  }
}

/** Why a body could not be read: its client left, sent nothing for too long, or there was no memory for it. */
export type UploadFailure = 'upload_gone' | 'upload_stalled' | 'upload_no_memory'

export class UploadError extends Error {
  readonly code: UploadFailure

  constructor(code: UploadFailure) {
    super(`the request body could not be read: ${code}`)
    this.code = code
  }
}

/** Memory for bodies, and how long a client may pause within one. */
export interface UploadLimits {
  budget: BodyBudget
  stall_ms: number
}

/** A request's body, of which no more is read than is asked for: the rest waits at the client. */
export class IncomingBody {
  readonly #request: IncomingMessage
  readonly #limits: UploadLimits
  #chunks: Buffer[] = []
  #held_bytes = 0
  #begun = false
  /** Whether it was read to its end. */
  whole = false

  constructor(request: IncomingMessage, limits: UploadLimits) {
    this.#request = request
    this.#limits = limits
  }

  /** Whether the request has a body, by its framing (RFC 9112, section 6.3). */
  get exists(): boolean {
    const { 'content-length': length, 'transfer-encoding': encoding } = this.#request.headers
    return encoding !== undefined || (length !== undefined && length !== '0')
  }

  /** What was read and is still held. */
  bytes(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks, this.#held_bytes)]
    return this.#chunks[0]!
  }

  /** Reads until the body is whole or more than `max_bytes` of it are held. Rejects with an UploadError. */
  read(max_bytes: number): Promise<void> {
    // The end may come by itself while nothing reads.
    this.whole ||= this.#request.readableEnded
    if (this.whole || this.#held_bytes > max_bytes) return Promise.resolve()
    if (this.#request.destroyed) return Promise.reject(new UploadError('upload_gone'))
    this.#begun = true
    return new Promise((resolve, reject) => this.#receive(max_bytes, resolve, reject))
  }

  #receive(max_bytes: number, resolve: () => void, reject: (error: UploadError) => void): void {
    const request = this.#request
    const stop = (error?: UploadError) => {
      clearTimeout(stall)
      request.off('data', onData).off('end', onEnd).off('close', onGone).pause()
      if (error) reject(error)
      else resolve()
    }
    const stall = setTimeout(() => stop(new UploadError('upload_stalled')), this.#limits.stall_ms)
    const onData = (chunk: Buffer) => {
      stall.refresh()
      if (!this.#hold(chunk)) stop(new UploadError('upload_no_memory'))
      else if (this.#held_bytes > max_bytes) stop()
    }
    const onEnd = () => {
      this.whole = true
      stop()
    }
    const onGone = () => stop(new UploadError('upload_gone'))
    request.on('data', onData).on('end', onEnd).on('close', onGone).resume()
  }

  /** The body as a stream: what is held, and then the rest at the pace of the reader. */
  stream(): Readable {
    return Readable.from(this.#flow(), { objectMode: false })
  }

  /** Gives the memory back. What the client still sends is discarded, for a while, so that it can read its response. */
  release(): void {
    this.#limits.budget.give(this.#held_bytes)
    this.#held_bytes = 0
    this.#chunks = []
    const request = this.#request
    if (this.whole || request.destroyed || (request.complete && !this.#begun)) return
    request.resume()
    if (request.complete) return
    const linger = setTimeout(() => request.destroy(), this.#limits.stall_ms).unref()
    request.once('close', () => clearTimeout(linger))
  }

  #hold(chunk: Buffer): boolean {
    if (!this.#limits.budget.take(chunk.length)) return false
    this.#chunks.push(chunk)
    this.#held_bytes += chunk.length
    return true
  }

  async *#flow(): AsyncGenerator<Buffer> {
    for (;;) {
      for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
        this.#limits.budget.give(chunk.length)
        this.#held_bytes -= chunk.length
        yield chunk
      }
      if (this.whole) return
      await this.read(0)
    }
  }
}
