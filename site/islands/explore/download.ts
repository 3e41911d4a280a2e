import type { RemoteFile } from '../../lib/explore/config.ts'

/** Called with the bytes received so far, after decompression. */
export type Received = (bytes: number) => void

export interface DownloadOptions {
  onReceived?: Received
  signal?: AbortSignal
}

/** A download that receives nothing for this long has stalled. */
const STALL_MS = 20_000

/**
 * The bytes of a file. Throws an Error that names the reason if the server refuses, the connection breaks, nothing arrives for 20 s or the
 * size is not the expected one.
 */
export async function download(
  file: RemoteFile,
  { onReceived, signal }: DownloadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const stalled = new AbortController()
  const stop = () => stalled.abort()
  let timer = setTimeout(stop, STALL_MS)
  try {
    const response = await fetch(file.address, { signal: anyOf(stalled.signal, signal) })
    if (!response.ok || !response.body)
      throw new Error(`the server answered ${response.status} ${response.statusText}`.trim())
    const chunks: Uint8Array<ArrayBuffer>[] = []
    let received = 0
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read()
      if (done) return join(chunks, checkSize(received, file))
      clearTimeout(timer)
      timer = setTimeout(stop, STALL_MS)
      chunks.push(value)
      received += value.length
      onReceived?.(received)
    }
  } catch (error) {
    if (signal?.aborted) throw error
    const reason = stalled.signal.aborted ? `nothing arrived for ${STALL_MS / 1000} s` : (error as Error).message
    throw new Error(`${nameOf(file)} could not be downloaded: ${reason}`)
  } finally {
    clearTimeout(timer)
  }
}

/** The name of a file without its folder. */
export const nameOf = ({ address }: RemoteFile): string => address.split('/').at(-1) ?? address

function checkSize(received: number, file: RemoteFile): number {
  if (received !== file.bytes) throw new Error(`${received} bytes arrived, expected ${file.bytes}`)
  return received
}

function anyOf(own: AbortSignal, given: AbortSignal | undefined): AbortSignal {
  if (!given) return own
  const both = new AbortController()
  for (const signal of [own, given]) {
    if (signal.aborted) both.abort()
    signal.addEventListener('abort', () => both.abort(), { once: true })
  }
  return both.signal
}

/** Concatenates chunks. */
export function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
