import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** A request's body: whole, or, if it exceeds the bound, a stream of the part that was read and the rest. */
export type RequestBody = { kind: 'whole'; bytes: Buffer } | { kind: 'stream'; stream: Readable }

/** Reads a body up to `max_bytes`; a larger one becomes a stream that begins with what was read. Rejects if the client goes away. */
export function readBody(request: IncomingMessage, max_bytes: number): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size <= max_bytes) return
      request.pause()
      detach()
      resolve({ kind: 'stream', stream: Readable.from(resume(chunks, request), { objectMode: false }) })
    }
    const onEnd = () => {
      detach()
      resolve({ kind: 'whole', bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size) })
    }
    const onGone = () => {
      detach()
      reject(new Error('the client went away before its request was whole'))
    }
    const detach = () => {
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone)
    }
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone)
  })
}

/** Whether a request carries a body, by its framing (RFC 9112, section 6.3). */
export function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  return encoding !== undefined || (length !== undefined && length !== '0')
}

async function* resume(chunks: readonly Buffer[], request: IncomingMessage): AsyncGenerator<Buffer> {
  yield* chunks
  for await (const chunk of request) yield chunk as Buffer
}
