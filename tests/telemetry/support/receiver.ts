import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface Received {
  method: string
  path: string
  headers: IncomingHttpHeaders
  text: string
}

export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string | Buffer
  /** Time before the answer. */
  after_ms?: number
  /** Instead of an answer, the connection ends. */
  reset?: boolean
}

/** An HTTP server on a free port of this host that keeps what it gets and answers as it is told. */
export class Receiver {
  readonly received: Received[] = []
  /** Answers to come, in order; then 204. */
  readonly answers: Answer[] = []
  readonly #server: Server

  constructor() {
    this.#server = createServer(this.#listener)
  }

  readonly #listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const body = Buffer.concat(chunks)
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8')
    this.received.push({ method: request.method!, path: request.url!, headers: request.headers, text })
    const answer = this.answers.shift() ?? { status: 204 }
    if (answer.after_ms) await new Promise((resolve) => setTimeout(resolve, answer.after_ms))
    if (answer.reset) request.socket.destroy()
    else response.writeHead(answer.status, answer.headers).end(answer.body)
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** The jobs of all samples that came, in order. */
  jobs(): string[] {
    return this.received.flatMap(({ text }) => parseJobs(text))
  }
}

export function parseJobs(text: string): string[] {
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line) => (JSON.parse(line) as { job_id: string }).job_id)
}
