import type { Readable } from 'node:stream'
import type { ExchangeEnd } from './exchange.ts'
import type { SafeReader } from './safe_reader.ts'

/** How a request is forwarded. */
export interface ForwardOptions {
  /** The body if it was read or replaced; absent: streamed from the client. */
  body?: Buffer | Readable
  /** Changes the headers for the engine. */
  editHeaders?: (headers: string[]) => string[]
  openReader?: (status: number, headers: readonly string[]) => SafeReader | null
  onSent?: () => void
  onEnd: (end: ExchangeEnd) => void
}
