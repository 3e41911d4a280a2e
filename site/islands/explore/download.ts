/** Called with the bytes received so far, after decompression. */
export type Progress = (received: number) => void

/** Without a byte for this long, a download counts as stalled. */
const STALL_MS = 20_000

/**
 * The bytes of a file, with progress. Throws an Error that says what went wrong when the server refuses, the connection breaks, or nothing
 * arrives for 20 s.
 */
export async function download(address: string, onProgress: Progress = () => {}): Promise<Uint8Array> {
  const abort = new AbortController()
  let timer = setTimeout(() => abort.abort(), STALL_MS)
  try {
    const response = await fetch(address, { signal: abort.signal })
    if (!response.ok || !response.body)
      throw new Error(`the server answered ${response.status} ${response.statusText}`.trim())
    const chunks: Uint8Array[] = []
    let received = 0
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read()
      if (done) return join(chunks, received)
      clearTimeout(timer)
      timer = setTimeout(() => abort.abort(), STALL_MS)
      chunks.push(value)
      received += value.length
      onProgress(received)
    }
  } catch (error) {
    const reason = abort.signal.aborted ? `nothing arrived for ${STALL_MS / 1000} s` : (error as Error).message
    throw new Error(`${address.split('/').at(-1)} could not be downloaded: ${reason}`)
  } finally {
    clearTimeout(timer)
  }
}

function join(chunks: Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

/** Rejects when `promise` has not settled after `ms`. */
export function withTimeLimit<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout>
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1000} s`)), ms)
  })
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer))
}
