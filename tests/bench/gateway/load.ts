import net, { type Socket } from 'node:net'
import { MODEL, TOKEN_TEXT } from './engine_wire.ts'
import type { Load, LoadResult } from './load_types.ts'

/** The clients, in a process of their own, on bare sockets: they look for the first token and for the end, and for nothing else. */

const CHUNKS_END = '0\r\n\r\n'
const FIRST_TOKEN = `"content":"${TOKEN_TEXT}"`

/** One connection with one request at a time. */
class Client {
  readonly #socket: Socket
  #sent_at = 0
  #first_token_ms: number | null = null
  #head = ''
  #tail = ''
  #settle: { resolve: (first_token_ms: number) => void; reject: (error: Error) => void } | null = null

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes) => this.#take(bytes))
    socket.on('close', () => this.#settle?.reject(new Error('the connection was closed within an answer')))
    socket.on('error', () => socket.destroy())
  }

  static async connect(port: number): Promise<Client> {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new Client(socket)
  }

  /** Sends a request and reads its answer to the end; resolves to the time to the first token. */
  ask(tokens: number, tpot_ms: number): Promise<number> {
    const request = makeRequest(tokens, tpot_ms)
    this.#first_token_ms = null
    this.#head = ''
    this.#tail = ''
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      this.#sent_at = performance.now()
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    if (this.#first_token_ms === null) this.#lookForToken(bytes)
    this.#tail = (this.#tail + bytes.toString('latin1', Math.max(0, bytes.length - CHUNKS_END.length))).slice(
      -CHUNKS_END.length,
    )
    if (this.#tail !== CHUNKS_END) return
    const settle = this.#settle
    this.#settle = null
    if (this.#first_token_ms === null) settle?.reject(new Error(`no token in the answer: ${this.#head.slice(0, 500)}`))
    else settle?.resolve(this.#first_token_ms)
  }

  #lookForToken(bytes: Buffer): void {
    this.#head += bytes.toString('latin1')
    if (this.#head.includes(FIRST_TOKEN)) this.#first_token_ms = performance.now() - this.#sent_at
  }
}

function makeRequest(max_tokens: number, tpot_ms: number): Buffer {
  const messages = [{ role: 'user', content: 'Why is the sky blue?' }]
  const body = JSON.stringify({ model: MODEL, messages, stream: true, max_tokens, tpot_ms })
  return Buffer.from(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer sk-0123456789\r\nUser-Agent: bench\r\nAccept: */*\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
}

/** Every connection is open and every part warm before the clock starts. */
async function run(load: Load): Promise<LoadResult> {
  const clients = await Promise.all(Array.from({ length: load.streams }, () => Client.connect(load.port)))
  try {
    await Promise.all(clients.map((client) => client.ask(20, 1)))
    const first_token_ms: number[] = []
    process.send!({ started: true })
    const started_at = performance.now()
    await Promise.all(clients.map((client) => runClient(client, load, started_at, first_token_ms)))
    const seconds = (performance.now() - started_at) / 1000
    return { first_token_ms, seconds, tokens: first_token_ms.length * load.tokens }
  } finally {
    for (const client of clients) client.close()
  }
}

/** A pause of random length before each request: clients that came all at once would measure how a queue empties. */
async function runClient(client: Client, load: Load, started_at: number, first_token_ms: number[]): Promise<void> {
  const { tokens, tpot_ms, requests = Number.POSITIVE_INFINITY, duration_s = Number.POSITIVE_INFINITY } = load
  const pause_ms = tokens * tpot_ms
  if (pause_ms > 0) await sleep(Math.random() * pause_ms)
  for (let i = 0; i < requests && performance.now() - started_at < duration_s * 1000; i++) {
    if (pause_ms > 0) await sleep(Math.random() * 0.1 * pause_ms)
    first_token_ms.push(await client.ask(tokens, tpot_ms))
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

process.on('message', (load: Load) => {
  run(load).then(
    (result) => process.send!({ result }),
    (error: Error) => process.send!({ error: error.message }),
  )
})
process.on('disconnect', () => process.exit())
