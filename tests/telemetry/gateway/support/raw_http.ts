import { connect, type Socket } from 'node:net'

/** A response as its bytes say it. */
export interface RawResponse {
  status_line: string
  /** Header lines in their order, as they were written. */
  headers: string[]
  /** The body, out of its chunks. */
  body: Buffer
  trailers: string[]
  /** Whether the body came to the end that its framing defines. */
  whole: boolean
}

/** Sends bytes over one connection and reads until the server closes it. */
export function exchangeRaw(url: string, request: string | Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = openSocket(url)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks)))
    socket.write(request)
  })
}

export function openSocket(url: string): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.setNoDelay(true)
  return socket
}

/** The text of a POST with a JSON body, on a connection that ends with it. */
export function post(path: string, body: object, headers: readonly string[] = []): string {
  const text = JSON.stringify(body)
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ]
  return `${[...lines, 'Connection: close', ...headers].join('\r\n')}\r\n\r\n${text}`
}

export function parseRaw(bytes: Buffer): RawResponse {
  const end = bytes.indexOf('\r\n\r\n')
  const [status_line = '', ...headers] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const rest = bytes.subarray(end + 4)
  const value = (name: string) =>
    headers
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.split(':')[1]
      ?.trim()
  if (value('transfer-encoding') === 'chunked') return { status_line, headers, ...parseChunks(rest) }
  const length = value('content-length')
  return {
    status_line,
    headers,
    body: rest,
    trailers: [],
    whole: length === undefined || rest.length === Number(length),
  }
}

function parseChunks(bytes: Buffer): Pick<RawResponse, 'body' | 'trailers' | 'whole'> {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const eol = bytes.indexOf('\r\n', at)
    if (eol < 0) return { body: Buffer.concat(parts), trailers: [], whole: false }
    const size = Number.parseInt(bytes.subarray(at, eol).toString('latin1'), 16)
    if (size === 0) {
      const trailers = bytes
        .subarray(eol + 2)
        .toString('latin1')
        .split('\r\n')
        .filter((line) => line !== '')
      return { body: Buffer.concat(parts), trailers, whole: bytes.subarray(-4).toString('latin1') === '\r\n\r\n' }
    }
    parts.push(bytes.subarray(eol + 2, eol + 2 + size))
    at = eol + 2 + size + 2
  }
}

/** What must be equal with the gateway and without: all but the fields of the connection and the time of day. */
export function endToEnd({ status_line, headers, body, trailers, whole }: RawResponse) {
  const kept = headers.filter((line) => !/^(connection|keep-alive):/i.test(line))
  return {
    status_line,
    headers: kept.map((line) => line.replace(/^(date: ).*/i, '$1…')),
    body: body.toString('latin1'),
    trailers,
    whole,
  }
}
