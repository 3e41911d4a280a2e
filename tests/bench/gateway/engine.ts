import net, { type AddressInfo, type Socket } from 'node:net'
import { jsonAnswer, MODEL, STREAM_HEAD, streamEnd, TOKEN } from './engine_wire.ts'

/**
 * A vLLM server without a model, in a process of its own, on bare sockets. A request says in `tpot_ms` how its tokens are
 * spaced: 0 is as fast as they are taken. Every step gives each stream one token, as a batching engine does. The first token
 * leaves at once, so that all of the time to the first token is the way there and back.
 */

interface Stream {
  socket: Socket
  left: number
  end: Buffer
}

interface Question {
  max_tokens: number
  tpot_ms: number
  stream_options?: { include_usage?: boolean }
}

const HEADERS_END = '\r\n\r\n'
const fast = new Set<Stream>()
let stepping = false
let requests = 0

function serve(socket: Socket): void {
  let text = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
    for (let size = requestSize(text); size !== null && text.length >= size; size = requestSize(text)) {
      answer(socket, text.slice(0, size))
      text = text.slice(size)
    }
  })
}

/** Bytes of the request that the text begins with; null while its head is not whole. */
function requestSize(text: string): number | null {
  const head = text.indexOf(HEADERS_END)
  if (head < 0) return null
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? '0'
  return head + HEADERS_END.length + Number(length)
}

function answer(socket: Socket, request: string): void {
  if (request.startsWith('POST ')) startStream(socket, request.slice(request.indexOf(HEADERS_END)))
  else if (request.startsWith('GET /v1/models')) socket.write(jsonAnswer(modelList()))
  else if (request.startsWith('GET /version')) socket.write(jsonAnswer({ version: '0.11.0' }))
  else if (request.startsWith('GET /health')) socket.write(jsonAnswer({}))
  else socket.write(jsonAnswer({ detail: 'Not Found' }, '404 Not Found'))
}

function modelList() {
  return { object: 'list', data: [{ id: MODEL, object: 'model', created: 1_764_000_000, owned_by: 'vllm' }] }
}

function startStream(socket: Socket, body: string): void {
  requests += 1
  const { max_tokens, tpot_ms, stream_options } = JSON.parse(body) as Question
  const end = streamEnd(max_tokens, stream_options?.include_usage === true)
  const stream = { socket, left: max_tokens, end }
  socket.write(STREAM_HEAD)
  if (!writeToken(stream)) return
  if (tpot_ms > 0) pace(stream, tpot_ms)
  else speed(stream)
}

/** Returns whether the stream goes on. */
function writeToken(stream: Stream): boolean {
  const { socket } = stream
  if (socket.destroyed) return false
  stream.left -= 1
  socket.write(TOKEN)
  if (stream.left > 0) return true
  socket.write(stream.end)
  return false
}

/** Each token is due by the clock of the first: a late one makes none of the others late. */
function pace(stream: Stream, tpot_ms: number): void {
  let due_at = performance.now()
  const next = () => {
    due_at += tpot_ms
    setTimeout(() => writeToken(stream) && next(), Math.max(0, due_at - performance.now()))
  }
  next()
}

function speed(stream: Stream): void {
  fast.add(stream)
  if (stepping) return
  stepping = true
  setImmediate(step)
}

function step(): void {
  for (const stream of fast) {
    if (!writeToken(stream)) fast.delete(stream)
    else if (stream.socket.writableNeedDrain) waitForRoom(stream)
  }
  stepping = fast.size > 0
  if (stepping) setImmediate(step)
}

function waitForRoom(stream: Stream): void {
  fast.delete(stream)
  stream.socket.once('drain', () => speed(stream))
}

const server = net.createServer(serve)
server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () =>
  process.send!({ port: (server.address() as AddressInfo).port }),
)
process.on('message', () => process.send!({ requests }))
process.on('disconnect', () => process.exit())
