import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HostStatus, REPORT_KEYS, REPORT_SPANS, type ReportSpan } from '../../contracts/host_report.ts'
import { isLoopback } from '../is_loopback.ts'
import { matchesGlob } from '../match_glob.ts'
import { readPageFile } from './page_file.ts'
import { ReportReader } from './report_reader.ts'

export interface UiOptions {
  /** What the page says of this host; `buffers` are the folders that it reads. */
  status: () => HostStatus
  /** Names in the Host header, besides those of loopback addresses; `*` matches any characters. */
  allowed_hosts: readonly string[]
  /** The page; read from the package if absent. */
  readPage?: () => string
}

/** Of a header, because a page cannot forbid its own framing. The page itself has the rest of its policy, with the hash of its script. */
const HEADERS = {
  'Content-Security-Policy': "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

/** Answers the paths of `orch ui`: the page, and the report that it shows. Reads the buffer, and changes nothing. */
export class Ui {
  readonly #options: UiOptions
  readonly #readPage: () => string
  readonly #reader: ReportReader

  constructor(options: UiOptions) {
    this.#options = options
    this.#readPage = options.readPage ?? readPageFile
    this.#reader = new ReportReader(options.status().buffers)
  }

  /** Answers a request; false if its path is none of these. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
    if (pathname !== '/ui' && !pathname.startsWith('/ui/')) return false
    void this.#answer(request, pathname.replace(/\/$/, ''), searchParams, response).catch((error: Error) =>
      sendText(request, response, 500, `${error.message}\n`),
    )
    return true
  }

  close(): Promise<void> {
    return this.#reader.close()
  }

  async #answer(request: IncomingMessage, path: string, query: URLSearchParams, response: ServerResponse) {
    const refusal = this.#refuse(request)
    if (refusal !== null) return sendText(request, response, 403, `${refusal}\n`)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      return sendText(request, response, 405, 'Only GET and HEAD: the page reads and changes nothing.\n')
    }
    if (path === '/ui') return send(request, response, 200, 'text/html; charset=utf-8', this.#readPage())
    // Browsers say so; it could not read the answer, but have it made.
    if (/^(cross|same)-site$/.test(String(request.headers['sec-fetch-site'])))
      return sendText(request, response, 403, 'Only the page itself may ask for it.\n')
    if (path === '/ui/status.json')
      return send(request, response, 200, 'application/json', JSON.stringify(this.#options.status()))
    if (path === '/ui/report.json') return this.#sendReport(request, query, response)
    return sendText(request, response, 404, 'Here are /ui, /ui/report.json and /ui/status.json\n')
  }

  async #sendReport(request: IncomingMessage, query: URLSearchParams, response: ServerResponse) {
    const by = REPORT_KEYS.find((key) => key === (query.get('by') ?? 'version'))
    const span = query.get('since') ?? 'all'
    if (by === undefined) return sendText(request, response, 400, `by: expected one of ${REPORT_KEYS.join(', ')}.\n`)
    if (!Object.hasOwn(REPORT_SPANS, span))
      return sendText(request, response, 400, `since: expected one of ${Object.keys(REPORT_SPANS).join(', ')}.\n`)
    const report = request.method === 'HEAD' ? '' : await this.#reader.read(by, span as ReportSpan)
    send(request, response, 200, 'application/json', report)
  }

  /** Why a request is refused: it is not from this host, or a web page sends it under a name of its own (DNS rebinding). */
  #refuse({ socket, headers }: IncomingMessage): string | null {
    if (!isLoopback(socket.remoteAddress ?? ''))
      return 'The page is for this host alone: open it here, or through ssh -L.'
    const name = (headers.host ?? '')
      .replace(/:\d*$/, '')
      .replace(/^\[|\]$/g, '')
      .toLowerCase()
    const isKnown = name === 'localhost' || isLoopback(name)
    if (isKnown || this.#options.allowed_hosts.some((pattern) => matchesGlob(pattern.toLowerCase(), name))) return null
    return 'The Host header names neither this machine nor a name in allowed_hosts.'
  }
}

function sendText(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  send(request, response, status, 'text/plain; charset=utf-8', text)
}

function send(request: IncomingMessage, response: ServerResponse, status: number, type: string, text: string): void {
  const body = Buffer.from(text)
  const length = request.method === 'HEAD' ? {} : { 'Content-Length': body.length }
  response.writeHead(status, { ...HEADERS, 'Content-Type': type, ...length }).end(body)
}
