import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type EngineRecord, loadEngine } from './engine.ts'

/**
 * An OpenAI-compatible server around llama.cpp, as a process of its own: `server.ts MODEL.gguf SEQUENCES`. Prints its address.
 * It gives no timings in its answers: `GET /records` has the engine's clock, for comparison alone.
 */

interface ChatRequest {
  model: string
  messages: { content: string }[]
  max_tokens: number
  stream?: boolean
  stream_options?: { include_usage?: boolean }
}

const MODEL = 'random-words-F32.gguf'
const [path, sequences] = process.argv.slice(2)
const engine = await loadEngine(path!, Number(sequences))
const records: EngineRecord[] = []

const server = createServer((request, response) => {
  answer(request, response).catch((error: Error) => response.destroy(error))
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, release: engine.release }))
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/v1/chat/completions') return chat(JSON.parse(await text(request)) as ChatRequest, response)
  if (request.url === '/records') return sendJson(response, records)
  if (request.url === '/v1/models')
    return sendJson(response, { object: 'list', data: [{ id: MODEL, object: 'model' }] })
  response.writeHead(404).end()
}

async function chat(request: ChatRequest, response: ServerResponse): Promise<void> {
  const prompt = request.messages.map(({ content }) => content).join('\n')
  const pieces: string[] = []
  if (request.stream) response.writeHead(200, { 'content-type': 'text/event-stream' })
  const record = await engine.generate(prompt, request.max_tokens, (piece) => {
    pieces.push(piece)
    if (request.stream) sendEvent(response, { choices: [{ index: 0, delta: { content: piece }, finish_reason: null }] })
    return !response.destroyed
  })
  records.push(record)
  const usage = {
    prompt_tokens: record.tokens_in,
    completion_tokens: record.tokens_out,
    total_tokens: record.tokens_in + record.tokens_out,
  }
  if (!request.stream) return sendJson(response, whole(pieces.join(''), usage))
  sendEvent(response, { choices: [{ index: 0, delta: {}, finish_reason: 'length' }] })
  if (request.stream_options?.include_usage) sendEvent(response, { choices: [], usage })
  response.end('data: [DONE]\n\n')
}

function whole(content: string, usage: object) {
  const choice = { index: 0, message: { role: 'assistant', content }, finish_reason: 'length' }
  return { ...common('chat.completion'), choices: [choice], usage }
}

function sendEvent(response: ServerResponse, event: object): void {
  response.write(`data: ${JSON.stringify({ ...common('chat.completion.chunk'), ...event })}\n\n`)
}

function common(object: string) {
  return { id: 'chatcmpl-1', object, created: Math.floor(Date.now() / 1000), model: MODEL }
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
