import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { createRandom, type Random } from '../../bench/random.ts'
import type { RunPlan } from './plan.ts'

/** A batch that arrived whole. */
export interface Delivery {
  key: string
  ids: string[]
  /** Whether the sink took it; else the sender was told, or left, to try again. */
  taken: boolean
  /** Whether the sender can know that it was taken. */
  acknowledged: boolean
}

const BEHAVIOURS = {
  sound: ['take'],
  bad: ['take', 'take', 'take', 'fail', 'busy', 'too large', 'reset', 'take and reset', 'late', 'slow'],
  stalled: ['stall', 'stall', 'stall', 'take'],
} as const
type Behaviour = (typeof BEHAVIOURS)[keyof typeof BEHAVIOURS][number]

/** An HTTP receiver on a port of its own that keeps what it took, and behaves as the plan says. */
export class BadSink {
  readonly deliveries: Delivery[] = []
  readonly #random: Random
  readonly #server: Server
  behaviour: RunPlan['sink']

  constructor(plan: RunPlan) {
    this.#random = createRandom(plan.seed + 1)
    this.behaviour = plan.sink
    this.#server = createServer((request, response) => {
      this.#answer(this.#random.pick<Behaviour>(BEHAVIOURS[this.behaviour]), request, response).catch(() => undefined)
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/samples`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(behaviour: Behaviour, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (behaviour === 'reset') return void request.socket.destroy()
    if (behaviour === 'stall') await sleep(1000)
    const body = await readBody(request, behaviour === 'slow')
    if (!request.complete) return
    const ids = readIds(request, body)
    const status = statusOf(behaviour, ids.length)
    const delivery = {
      key: String(request.headers['idempotency-key']),
      ids,
      taken: status === 200,
      acknowledged: false,
    }
    this.deliveries.push(delivery)
    if (behaviour === 'take and reset') return void request.socket.destroy()
    if (behaviour === 'late') await sleep(200 + this.#random.int(200))
    response.writeHead(status, status === 429 ? { 'retry-after': '0' } : {})
    await new Promise<void>((resolve) => response.end(() => resolve()))
    delivery.acknowledged = delivery.taken && !request.socket.destroyed
  }
}

function statusOf(behaviour: Behaviour, samples: number): number {
  if (behaviour === 'fail') return 500
  if (behaviour === 'busy') return 429
  return behaviour === 'too large' && samples > 1 ? 413 : 200
}

async function readBody(request: IncomingMessage, slowly: boolean): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) {
    chunks.push(chunk as Buffer)
    if (slowly) await sleep(20)
  }
  return Buffer.concat(chunks)
}

function readIds(request: IncomingMessage, body: Buffer): string[] {
  const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  const lines = text.toString('utf8').split('\n').slice(0, -1)
  return lines.map((line) => (JSON.parse(line) as { job_id: string }).job_id)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
