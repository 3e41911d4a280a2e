import { newObservation } from './observation.ts'
import type { Framing } from './stream_protocol.ts'
import type { Observation, ResponseReader } from './types.ts'

/** Bytes that no framing begins with: a byte order mark, blanks and line ends. */
const SKIPPED = new Set([0xef, 0xbb, 0xbf, 0x20, 0x09, 0x0a, 0x0d])
const NOTHING = Buffer.alloc(0)
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

/** Reads a response whose content type does not tell its framing, by its first bytes: an object or array is JSON, all else server-sent events. */
export class SniffingReader implements ResponseReader {
  readonly rewrites: boolean
  private readonly create: (framing: Framing) => ResponseReader
  private readonly hasLines: boolean
  private readonly nothing = newObservation()
  private reader: ResponseReader | null = null
  private unread: Buffer = NOTHING

  /**
   * @param hasLines whether a stream of this API is JSON lines
   * @param rewrites whether the reader of server-sent events may change them
   */
  constructor(create: (framing: Framing) => ResponseReader, hasLines: boolean, rewrites: boolean) {
    this.create = create
    this.hasLines = hasLines
    this.rewrites = rewrites
  }

  get observation(): Observation {
    return this.reader?.observation ?? this.nothing
  }

  push(bytes: Buffer, at: number): Buffer | null {
    const first = bytes.find((byte) => !SKIPPED.has(byte))
    if (this.reader === null && first === undefined) return bytes
    this.reader ??= this.create(this.framingOf(first!))
    this.unread = bytes
    const passed = this.reader.push(bytes, at)
    this.unread = NOTHING
    return passed
  }

  takeHeld(): Buffer {
    return this.reader?.takeHeld?.() ?? this.unread
  }

  end(): { rest: Buffer | null; observation: Observation } {
    return (this.reader ?? this.create('body')).end()
  }

  private framingOf(first: number): Framing {
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return 'sse'
    return this.hasLines ? 'ndjson' : 'body'
  }
}
