import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { Observation } from '../wire/types.ts'
import { type BodyFraming, ClientWriter } from './client_writer.ts'
import { decodeHeaders, findHeader, toClientHeaders } from './headers.ts'
import type { SafeReader } from './safe_reader.ts'
import type { Upstream } from './upstream.ts'

/** How a request and its response ended. `seen` is what was observed of the body, null if it was not read. */
export type ExchangeEnd =
  | { kind: 'complete'; status: number; seen: Observation | null }
  /** The engine has no such path, and the client was sent nothing. */
  | { kind: 'declined'; status: number; seen: null }
  | { kind: 'client_gone'; status: number | null; seen: Observation | null }
  /** `sent`: whether the engine may have got a part of the request. */
  | { kind: 'upstream_failed'; status: number | null; seen: Observation | null; sent: boolean; why: string }

/** A request as it is sent to an engine. */
export interface UpstreamRequest {
  method: string
  path: string
  headers: string[]
  body: Buffer | Readable | null
}

/** The participants of an exchange. */
export interface ExchangeParties {
  upstream: Upstream
  client: { request: IncomingMessage; response: ServerResponse }
  /** Opens a reader of the response; null if it is not read. */
  openReader: (status: number, headers: readonly string[]) => SafeReader | null
  /** Whether a response is not passed on, because the gateway has one of its own. */
  declines: (status: number) => boolean
  /** Called when the request is sent, over a connection to the engine. */
  onSent: () => void
  /** Called once. After `upstream_failed` with no status the client still needs a response. */
  onEnd: (end: ExchangeEnd) => void
  /** Whether the client's connection ends after this response. */
  isClosing: () => boolean
}

const CLIENT_GONE = new Error('the client went away')
const SHUT_DOWN = new Error('the gateway shuts down')

/** One request to an engine and its response. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #parties: ExchangeParties
  readonly #response: ServerResponse
  readonly #onClose = () => this.#stop(CLIENT_GONE)
  readonly #onDrain = () => this.#resume()
  #controller: Dispatcher.DispatchController | null = null
  #writer: ClientWriter | null = null
  #reader: SafeReader | null = null
  #framing: BodyFraming = 'connection'
  #status: number | null = null
  #stopped: Error | null = null
  #ended = false
  #draining = false

  constructor(parties: ExchangeParties) {
    this.#parties = parties
    this.#response = parties.client.response
  }

  /** Sends the request. Must be called once. */
  start(request: UpstreamRequest): void {
    if (this.#response.destroyed) {
      this.#stop(CLIENT_GONE)
      return
    }
    this.#response.once('close', this.#onClose)
    const { method, path, headers, body } = request
    this.#parties.upstream.pool.dispatch({ method, path, headers, body }, this)
  }

  /** Ends the exchange at once, as the gateway itself wants it. */
  abort(): void {
    this.#stop(SHUT_DOWN)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#stopped) controller.abort(this.#stopped)
    else this.#parties.onSent()
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _: unknown, reason = ''): void {
    if (this.#ended) return
    const headers = decodeHeaders(controller.rawHeaders)
    if (status < 200) this.#passInterim(status, reason, headers)
    else if (this.#parties.declines(status)) this.#end({ kind: 'declined', status, seen: null })
    else this.#startBody(status, reason, headers)
  }

  #startBody(status: number, reason: string, headers: readonly string[]): void {
    this.#reader = this.#parties.openReader(status, headers)
    const ascii = this.#writeHead(status, reason, headers)
    // Set only now, because a head that cannot be written leaves the client without a response.
    this.#status = status
    this.#writer = new ClientWriter(this.#response, this.#framing, ascii)
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#ended || this.#pass(bytes) || this.#draining) return
    this.#draining = true
    controller.pause()
    this.#writer!.onDrain(this.#onDrain)
  }

  /** Passes a piece of the body on; false if the client does not keep up. A reader that does not rewrite gets it afterwards. */
  #pass(bytes: Buffer): boolean {
    const [reader, writer] = [this.#reader, this.#writer!]
    if (reader === null) return writer.write(bytes)
    const at = performance.now()
    if (reader.rewrites) {
      const passed = reader.push(bytes, at)
      return passed === null || writer.write(passed)
    }
    const keeps_up = writer.write(bytes)
    reader.push(bytes, at)
    return keeps_up
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.#ended) return
    const trailers = decodeHeaders(controller.rawTrailers)
    const seen = this.#finishReading()
    if (this.#framing === 'chunked' && trailers.length > 0) this.#response.addTrailers(toPairs(trailers))
    this.#end({ kind: 'complete', status: this.#status!, seen })
    this.#writer!.end()
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#ended) return
    const seen = this.#finishReading()
    this.#writer?.breakOff()
    const why = (error as NodeJS.ErrnoException).code ?? error.name
    this.#end({ kind: 'upstream_failed', status: this.#status, seen, sent: this.#controller !== null, why })
  }

  #resume(): void {
    this.#draining = false
    if (!this.#ended) this.#controller?.resume()
  }

  #stop(reason: Error): void {
    if (this.#ended) return
    this.#stopped = reason
    const seen = this.#finishReading()
    this.#writer?.flush()
    if (reason === CLIENT_GONE) this.#end({ kind: 'client_gone', status: this.#status, seen })
    else this.#end({ kind: 'upstream_failed', status: this.#status, seen, sent: true, why: 'gateway_shutdown' })
    this.#controller?.abort(reason)
  }

  /** What was observed. The client gets everything that the engine sent, even if it broke off in the middle of an event. */
  #finishReading(): Observation | null {
    if (this.#reader === null) return null
    const { rest, seen } = this.#reader.end()
    if (rest !== null) this.#writer?.write(rest)
    return seen
  }

  #end(end: ExchangeEnd): void {
    this.#ended = true
    this.#response.off('close', this.#onClose)
    this.#parties.onEnd(end)
  }

  /** Responses before the final one (103 Early Hints): written as they came, because Node knows only some of them. */
  #passInterim(status: number, reason: string, headers: readonly string[]): void {
    const { request, response } = this.#parties.client
    if (status === 101 || request.httpVersionMinor < 1 || response.socket === null) return
    const kept = toClientHeaders(headers, { chunks: true, resized: false })
    const lines = toPairs(kept).map(([name, value]) => `${name}: ${value}\r\n`)
    response.socket.write(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n`, 'latin1')
  }

  /** Returns whether the head is ASCII. */
  #writeHead(status: number, reason: string, headers: readonly string[]): boolean {
    const { request } = this.#parties.client
    const response = this.#response
    const chunks = request.httpVersionMinor >= 1
    const kept = toClientHeaders(headers, { chunks, resized: this.#reader?.rewrites === true })
    // Date is passed on as the engine sent it, or not at all; a persistent HTTP/1.1 connection needs no Connection header.
    response.sendDate = false
    if (this.#parties.isClosing()) kept.push('Connection', 'close')
    else if (chunks && response.shouldKeepAlive) response.removeHeader('connection')
    response.writeHead(status, reason, kept)
    this.#framing = findHeader(kept, 'content-length') !== undefined ? 'length' : chunks ? 'chunked' : 'connection'
    return isAscii(kept)
  }
}

function isAscii(headers: readonly string[]): boolean {
  return headers.every((text) => /^[\x20-\x7e\t]*$/.test(text))
}

function toPairs(headers: readonly string[]): [string, string][] {
  return Array.from({ length: headers.length / 2 }, (_, i) => [headers[2 * i]!, headers[2 * i + 1]!])
}
