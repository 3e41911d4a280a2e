import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const CR = 13
const LF = 10
/** How the end of the body is marked for the client. */
export type BodyFraming = 'chunked' | 'length' | 'connection'

/** A single piece that is larger is written without copying it. */
const MAX_COPIED_BYTES = 16_384

/**
 * Writes a response to the client. Nothing is delayed for data that has not arrived yet, but what arrived together is written
 * together: the head and the pieces of one read of the engine's connection are one write, as a write costs as much as all else
 * that is done for a token. Chunks of a chunked body are written to the socket as one buffer, bypassing the response object,
 * which would write the length, the data and the end of each chunk separately.
 */
export class ClientWriter {
  readonly #response: ServerResponse
  readonly #socket: Socket | null
  readonly #bare: boolean
  readonly #framed: boolean
  #pieces: Buffer[] = []
  #corked = false

  /** @param ascii_head whether the head, written and not sent yet, is ASCII */
  constructor(response: ServerResponse, framing: BodyFraming, ascii_head: boolean) {
    this.#response = response
    this.#framed = framing !== 'connection'
    // A response queued behind another one on its connection has no socket yet.
    this.#socket = response.socket
    this.#bare = ascii_head && framing === 'chunked' && this.#socket !== null
    // Node sends a head alone as UTF-8, but with the first bytes of a body as Latin-1, which is what headers are.
    if (ascii_head) this.#sendHead()
  }

  /** Returns false if the client does not keep up; `onDrain` is called when it does. */
  write(bytes: Buffer): boolean {
    if (bytes.length === 0) return true
    if (!this.#bare) return this.#response.write(bytes)
    if (this.#pieces.push(bytes) === 1) process.nextTick(this.#flush)
    return this.keeps_up
  }

  get keeps_up(): boolean {
    if (!this.#bare) return !this.#response.writableNeedDrain
    const socket = this.#socket!
    return socket.destroyed || socket.writableLength < socket.writableHighWaterMark
  }

  onDrain(listener: () => void): void {
    const stream = this.#bare ? this.#socket! : this.#response
    stream.once('drain', listener)
  }

  /** Flushes what was written to the socket. */
  flush(): void {
    this.#flush()
  }

  /** Ends the response after what was written. */
  end(): void {
    this.#socket?.cork()
    this.#flush()
    // Uncorks the socket.
    this.#response.end()
  }

  /** Ends the connection in the middle of the body, after what was written, so that no client takes the body for complete. */
  breakOff(): void {
    this.#flush()
    const socket = this.#response.socket
    if (socket === null) this.#response.destroy()
    // A body delimited by the end of the connection would look complete after a regular end.
    else if (this.#framed) socket.destroySoon()
    else socket.resetAndDestroy()
  }

  #sendHead(): void {
    this.#socket?.cork()
    this.#corked = true
    this.#response.flushHeaders()
    process.nextTick(this.#flush)
  }

  readonly #flush = (): void => {
    const pieces = this.#pieces
    if (pieces.length > 0) {
      this.#pieces = []
      this.#writeChunk(pieces)
    }
    if (!this.#corked) return
    this.#corked = false
    this.#socket?.uncork()
  }

  #writeChunk(pieces: readonly Buffer[]): void {
    if (this.#socket!.destroyed) return
    if (pieces.length === 1 && pieces[0]!.length > MAX_COPIED_BYTES) this.#response.write(pieces[0]!)
    else this.#socket!.write(frame(pieces))
  }
}

/** One chunk of a chunked body (RFC 9112, section 7.1). */
function frame(pieces: readonly Buffer[]): Buffer {
  let length = 0
  for (const piece of pieces) length += piece.length
  const size = length.toString(16)
  const chunk = Buffer.allocUnsafe(size.length + length + 4)
  let at = chunk.write(size, 0, 'latin1')
  chunk[at++] = CR
  chunk[at++] = LF
  for (const piece of pieces) {
    piece.copy(chunk, at)
    at += piece.length
  }
  chunk[at] = CR
  chunk[at + 1] = LF
  return chunk
}
