/** Names and values alternating, as received: order, case and repetitions are kept. */
export type RawHeaders = readonly string[]

/** RFC 9110, section 7.6.1: fields about one connection, which an intermediary does not pass on. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'proxy-connection', 'keep-alive', 'te', 'upgrade'])
const NONE: ReadonlySet<string> = new Set()

/** Fields of a request that the gateway negotiates with the engine itself: framing, the host, and 100 Continue. */
const NEGOTIATED_UPSTREAM: ReadonlySet<string> = new Set(['host', 'expect', 'transfer-encoding', 'content-length'])

/** The first value of a field in lower case `name`, or undefined. */
export function findHeader(headers: RawHeaders, name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() === name) return headers[i + 1]
  }
  return undefined
}

/**
 * The headers for the engine: all of the client's but those about its connection. The host is the engine's, as nginx does
 * by default; `TE: trailers` is kept, because the gateway passes trailers on.
 *
 * @param content_length of a body that is streamed with a known length; left to the HTTP client otherwise
 */
export function toUpstreamHeaders(headers: RawHeaders, host: string, content_length: string | undefined): string[] {
  const connection = listConnectionOptions(headers)
  const kept = ['Host', host]
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase()
    if (HOP_BY_HOP.has(name) || NEGOTIATED_UPSTREAM.has(name) || connection.has(name)) continue
    kept.push(headers[i]!, headers[i + 1]!)
  }
  if (/(^|,)\s*trailers\s*(,|;|$)/i.test(findHeader(headers, 'te') ?? '')) kept.push('TE', 'trailers')
  if (content_length !== undefined) kept.push('Content-Length', content_length)
  return kept
}

/** The facts that decide which headers of the response are passed to the client. */
export interface ClientFraming {
  /** Whether the client uses HTTP/1.1, and so supports chunks and persistent connections. */
  chunks: boolean
  /** Whether the length of the body may change on the way. */
  resized: boolean
}

/** The headers for the client: all of the engine's but those about its connection; none is added. */
export function toClientHeaders(headers: RawHeaders, { chunks, resized }: ClientFraming): string[] {
  const connection = listConnectionOptions(headers)
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase()
    if (HOP_BY_HOP.has(name) || connection.has(name)) continue
    if (name === 'content-length' && resized) continue
    if ((name === 'transfer-encoding' || name === 'trailer') && !chunks) continue
    kept.push(headers[i]!, headers[i + 1]!)
  }
  return kept
}

/** Copies of the raw header bytes as strings; HTTP headers are Latin-1 on the wire. */
export function decodeHeaders(raw: unknown): string[] {
  if (!Array.isArray(raw)) return []
  return raw.map((part: Buffer | string) => (typeof part === 'string' ? part : part.toString('latin1')))
}

function listConnectionOptions(headers: RawHeaders): ReadonlySet<string> {
  let options: Set<string> | undefined
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.length !== 10 || headers[i]!.toLowerCase() !== 'connection') continue
    options ??= new Set()
    for (const option of headers[i + 1]!.split(',')) options.add(option.trim().toLowerCase())
  }
  return options ?? NONE
}
