import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { vi } from 'vitest'

/**
 * An engine with a known service curve, on 127.0.0.1 and in vLLM's form: it serves as many requests at once as it has slots, each at the
 * same speed; others wait in line. It moves the clock of this process itself (`performance.now`), 1 ms for each turn of the event loop, so
 * that a busy machine changes neither its speed nor what is measured of it.
 */
export interface ServingDouble {
  url: string
  /** What it did, apart since each call of `beginPhase`. */
  phases: Phase[]
  beginPhase(): void
  close(): Promise<void>
}

export interface ServingOptions {
  slots: number
  /** Tokens per second of each slot. */
  slot_tps: number
  /** Requests beyond this many at once are refused with 429. */
  limit?: number
}

/** By the double's own clock and count. */
export interface Phase {
  /** Most requests at once. */
  streams: number
  requests: ServedRequest[]
  /** When each token was written. */
  tokens: number[]
}

/** What the rate of a phase follows from. */
type PhaseTimes = Omit<Phase, 'requests'> & { requests: Omit<ServedRequest, 'body'>[] }

interface ServedRequest {
  arrived_at: number
  ended_at: number
  /** False if the client gave it up. */
  finished: boolean
  body: { max_tokens: number; ignore_eos?: boolean; messages: { content: string }[] }
}

interface Stream extends ServedRequest {
  response: ServerResponse
  begun_at: number | null
  sent: number
}

/**
 * Tokens per second in the steady state of a closed loop: from the end of the last stream's first request to the end of the last that was not
 * given up.
 */
export function servedRate({ streams, requests, tokens }: PhaseTimes): { rate: number; window_ms: number } {
  const inOrder = [...requests].sort((a, b) => a.arrived_at - b.arrived_at)
  const from = Math.max(...inOrder.slice(0, streams).map(({ ended_at }) => ended_at))
  const to = Math.max(...requests.filter(({ finished }) => finished).map(({ ended_at }) => ended_at))
  const window_ms = to - from
  return { rate: (tokens.filter((at) => at > from && at <= to).length * 1000) / window_ms, window_ms }
}

export async function startServingDouble(options: ServingOptions): Promise<ServingDouble> {
  const engine = new Engine(options)
  const server = createServer((request, response) => void answer(engine, request, response))
  server.on('connection', (socket) => socket.setNoDelay(true))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  let turn = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => turn)
  let next: NodeJS.Immediate
  const takeTurn = () => {
    turn += 1
    engine.work()
    next = setImmediate(takeTurn)
  }
  next = setImmediate(takeTurn)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    phases: engine.phases,
    beginPhase: () => engine.beginPhase(),
    close: () => {
      clearImmediate(next)
      clock.mockRestore()
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

async function answer(engine: Engine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const json = (body: object, status = 200) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (request.url === '/version') return json({ version: '0.11.0' })
  if (request.url === '/v1/models') return json({ object: 'list', data: [{ id: 'Qwen/Qwen3-8B', owned_by: 'vllm' }] })
  if (request.url !== '/v1/chat/completions') return json({ detail: 'Not Found' }, 404)
  const body = JSON.parse(await text(request)) as Stream['body']
  if (engine.isFull()) return json({ error: { message: 'too many requests' } }, 429)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.flushHeaders()
  engine.accept(response, body)
}

class Engine {
  readonly phases: Phase[] = []
  readonly #options: ServingOptions
  #streams: Stream[] = []

  constructor(options: ServingOptions) {
    this.#options = options
    this.beginPhase()
  }

  beginPhase(): void {
    this.phases.push({ streams: 0, requests: [], tokens: [] })
  }

  isFull(): boolean {
    return this.#streams.length >= (this.#options.limit ?? Number.POSITIVE_INFINITY)
  }

  accept(response: ServerResponse, body: Stream['body']): void {
    const arrived_at = performance.now()
    const stream: Stream = { arrived_at, ended_at: 0, finished: false, body, response, begun_at: null, sent: 0 }
    this.#streams.push(stream)
    const phase = this.phases.at(-1)!
    phase.requests.push(stream)
    phase.streams = Math.max(phase.streams, this.#streams.length)
    response.on('close', () => this.#end(stream))
  }

  /** Writes the tokens that are due. */
  work(): void {
    const now = performance.now()
    for (const stream of this.#streams.slice(0, this.#options.slots)) this.#serve(stream, now)
  }

  #serve(stream: Stream, now: number): void {
    stream.begun_at ??= now
    const due = Math.min(stream.body.max_tokens, Math.floor(((now - stream.begun_at) * this.#options.slot_tps) / 1000))
    for (; stream.sent < due; stream.sent++) {
      stream.response.write(chunk({ choices: [{ index: 0, delta: { content: ' a' }, finish_reason: null }] }))
      this.phases.at(-1)!.tokens.push(performance.now())
    }
    if (stream.sent < stream.body.max_tokens) return
    const prompt_tokens = Math.round(stream.body.messages[0]!.content.split(/\s+/).length * 1.5)
    stream.response.write(chunk({ choices: [], usage: { prompt_tokens, completion_tokens: stream.sent } }))
    stream.response.end('data: [DONE]\n\n')
    stream.finished = true
    this.#end(stream)
  }

  #end(stream: Stream): void {
    if (!this.#streams.includes(stream)) return
    stream.ended_at = performance.now()
    this.#streams = this.#streams.filter((other) => other !== stream)
  }
}

function chunk(body: object): string {
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...body })}\n\n`
}
