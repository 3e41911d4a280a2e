import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KnownEngine } from '../../../telemetry/engines/types.ts'
import { AnswerCut } from './answer_writer.ts'
import { type EngineRoutes, engineRoutes } from './engines.ts'
import type { Answer, Call, DoubleOptions, EngineDouble, RecordedRequest } from './types.ts'

const DEFAULTS: Omit<DoubleOptions, 'model' | 'version'> = {
  ttft_ms: 20,
  tpot_ms: 2,
  tokens: 8,
  tokens_in: 17,
  tokens_in_cached: 0,
  kind: 'text',
  outcome: 'ok',
  status: 500,
  empty_chunks: 0,
  gzip: false,
  trailers: false,
  piece_bytes: 0,
  cold: false,
  drafted: 0,
  null_usage_if_asked: false,
}

/**
 * A server on 127.0.0.1 that speaks an engine's documented wire format with set timings. Ids and times within bodies are
 * constant, so that two answers to the same request are equal byte by byte.
 */
export async function startEngineDouble(
  engine: KnownEngine,
  options: Partial<DoubleOptions> = {},
): Promise<EngineDouble> {
  const spec = engineRoutes(engine)
  const settings: DoubleOptions = { ...DEFAULTS, model: spec.model, version: spec.version, ...options }
  const requests: RecordedRequest[] = []
  const answers: Answer[] = []
  const server = createServer((request, response) => {
    const accepted_at = performance.now()
    void handle(spec, { request, response, accepted_at, settings, requests, answers })
  })
  // Small events must leave at once: with Nagle's algorithm a token would wait for the acknowledgement of the one before.
  server.on('connection', (socket) => socket.setNoDelay(true))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    engine,
    requests,
    answers,
    settled: (index) => waitForAnswer(answers, index),
    set: (changes) => void Object.assign(settings, changes),
    close: () => closeServer(server),
  }
}

interface Arrival {
  request: IncomingMessage
  response: ServerResponse
  accepted_at: number
  settings: DoubleOptions
  requests: RecordedRequest[]
  answers: Answer[]
}

async function handle(spec: EngineRoutes, arrival: Arrival): Promise<void> {
  const { request, response } = arrival
  const path = (request.url ?? '/').split('?')[0]!
  const bytes = await readBody(request)
  arrival.requests.push({
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: bytes,
  })
  const route = findRoute(spec, request.method ?? '', path)
  if (!route) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}')
  const answer = newAnswer(path, arrival.accepted_at)
  const call: Call = { request, response, path, body: parse(bytes), options: readOptions(arrival), answer }
  response.on('close', () => {
    answer.aborted = !answer.finished && !response.writableFinished
  })
  if (route.isTask) arrival.answers.push(answer)
  try {
    if (route.isTask && call.options.outcome === 'error') spec.fail(call)
    else await route.run(call)
  } catch (error) {
    if (!(error instanceof AnswerCut)) response.destroy(error as Error)
  }
}

function findRoute(spec: EngineRoutes, method: string, path: string) {
  for (const [pattern, run] of Object.entries(spec.routes)) {
    const [verb, form] = pattern.split(' ') as [string, string]
    if (verb === method && new RegExp(`^${form.replaceAll('*', '[^/]+')}$`).test(path)) {
      return { run, isTask: method === 'POST' && !/\/(cancel|show)$/.test(path) }
    }
  }
  return null
}

function readOptions({ request, settings }: Arrival): DoubleOptions {
  const header = request.headers['x-double']
  return header ? { ...settings, ...(JSON.parse(String(header)) as Partial<DoubleOptions>) } : { ...settings }
}

function newAnswer(path: string, accepted_at: number): Answer {
  return { path, accepted_at, first_token_at: null, last_token_at: null, tokens: 0, aborted: false, finished: false }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    // The client went away while it sent: what came is recorded.
  }
  return Buffer.concat(chunks)
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString()) as Record<string, unknown>
  } catch {
    return {}
  }
}

async function waitForAnswer(answers: Answer[], index: number): Promise<Answer> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const answer = answers[index]
    if (answer && (answer.finished || answer.aborted)) return answer
    if (performance.now() > deadline) throw new Error(`answer ${index} of ${answers.length} did not end within 60 s`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
