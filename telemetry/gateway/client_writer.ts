import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const CR = 13
const LF = 10
/** What tells the client where the body ends. */
export type BodyFraming = 'chunked' | 'length' | 'connection'

/** Larger pieces are not worth a copy. */
const MAX_COPIED_BYTES = 16_384

/**
 * Writes a body to the client, each piece at once. Chunks of a chunked body go to the socket in one write of one buffer:
 * the response object would write length, data and end of each chunk apart, at twice the cost per token.
 */
export class ClientWriter {
  readonly #response: ServerResponse
  readonly #socket: Socket | null
  readonly #bare: boolean
  readonly #framed: boolean

  /** @param flushed whether the head has been handed to the socket */
  constructor(response: ServerResponse, framing: BodyFraming, flushed: boolean) {
    this.#response = response
    this.#framed = framing !== 'connection'
    this.#socket = response.socket
    this.#bare = flushed && framing === 'chunked' && this.#socket !== null
  }

  /** Returns false where the client does not keep up; `onDrain` then says when it does. */
  write(bytes: Buffer): boolean {
    if (bytes.length === 0) return true
    if (!this.#bare || bytes.length > MAX_COPIED_BYTES) return this.#response.write(bytes)
    if (this.#socket!.destroyed) return true
    return this.#socket!.write(frame(bytes))
  }

  get keeps_up(): boolean {
    return !(this.#bare ? this.#socket!.writableNeedDrain : this.#response.writableNeedDrain)
  }

  onDrain(listener: () => void): void {
    const stream = this.#bare ? this.#socket! : this.#response
    stream.once('drain', listener)
  }

  /** Ends the connection in the middle of the body, after what was written, so that no client takes it for a whole one. */
  breakOff(): void {
    const socket = this.#response.socket
    if (socket === null) this.#response.destroy()
    // A body that only the end of the connection delimits would look whole after a plain end.
    else if (this.#framed) socket.destroySoon()
    else socket.resetAndDestroy()
  }
}

/** One chunk of a chunked body (RFC 9112, section 7.1). */
function frame(bytes: Buffer): Buffer {
  const size = bytes.length.toString(16)
  const start = size.length + 2
  const chunk = Buffer.allocUnsafe(start + bytes.length + 2)
  chunk.write(size, 0, 'latin1')
  chunk[start - 2] = CR
  chunk[start - 1] = LF
  bytes.copy(chunk, start)
  chunk[chunk.length - 2] = CR
  chunk[chunk.length - 1] = LF
  return chunk
}
