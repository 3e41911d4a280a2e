import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorCode } from '../buffer/files.ts'
import { IncomingBody } from '../gateway/incoming_body.ts'
import { type StoredBatch, StoreUnavailable } from './batch_store.ts'
import type { Collector } from './collector_state.ts'
import { judgeBatch, MAX_PROBLEMS } from './judge_batch.ts'
import { noMemory, readBatch } from './read_batch.ts'
import { Refusal, refuse } from './refusal.ts'
import { TokenFileError } from './tokens.ts'

/** Where batches are posted. */
export const BATCH_PATHS = ['/v1/samples', '/samples', '/']
/** Who sends without a token, where that is allowed. */
const ANONYMOUS = { id: 'anonymous', contributor: 'anonymous' }
/** A sender that pauses for so long within a body is cut off. */
const STALL_MS = 15_000
/** While batches hold more than this, others are refused before their bodies are read: some 40 of 500 samples. */
const BUSY_BYTES = 12 * 1024 * 1024
const NOTHING_STORED: StoredBatch = { accepted: 0, duplicates: 0, refused: [] }
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Takes a batch from its first byte to its answer: who sent it, its bytes, its lines, the disk. Never rejects. */
export async function handlePost(
  collector: Collector,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = new IncomingBody(request, { budget: collector.budget, stall_ms: STALL_MS })
  const began = performance.now()
  let held_bytes = 0
  try {
    const sender = await admit(collector, request)
    const batch = await readBatch(request, body, collector.budget)
    held_bytes = batch.held_bytes
    const answer = await takeBatch(collector, sender, batch.bytes)
    send(response, answer.accepted + answer.duplicates > 0 ? 200 : 422, answer)
  } catch (error) {
    refuseWith(collector, response, error)
  } finally {
    body.release()
    collector.budget.give(held_bytes)
    collector.metrics.countRequest(response.statusCode, performance.now() - began)
  }
}

/** Whose samples a request brings, and by which token, or in its place. */
interface Sender {
  id: string
  contributor: string
}

/** Who may send now. */
async function admit(collector: Collector, request: IncomingMessage): Promise<Sender> {
  const path = request.url?.split('?', 1)[0] ?? ''
  if (!BATCH_PATHS.includes(path)) throw refuse(404, `expected POST ${BATCH_PATHS[0]}`)
  if (request.method !== 'POST') throw refuse(405, `expected POST ${BATCH_PATHS[0]}`, { Allow: 'POST' })
  if (collector.isClosing) throw refuse(503, 'this collector is shutting down', { 'Retry-After': '5' })
  if (collector.budget.held_bytes > BUSY_BYTES) throw noMemory()
  const sender = await identify(collector, request)
  const wait_s = collector.rates.take(sender.id, 1, performance.now())
  if (wait_s > 0) throw refuse(429, 'this token has sent more than its rate allows', { 'Retry-After': String(wait_s) })
  return sender
}

async function identify(collector: Collector, request: IncomingMessage): Promise<Sender> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined && collector.allow_anonymous) return ANONYMOUS
  const found = token === undefined ? 'unknown' : await collector.tokens.find(token, Date.now())
  if (typeof found !== 'string') return found
  const wait_s = collector.strangers.take(request.socket.remoteAddress ?? '', 1, performance.now())
  if (wait_s > 0) throw refuse(429, 'too many requests without a valid token', { 'Retry-After': String(wait_s) })
  if (found === 'expired') throw refuse(403, 'the token has expired')
  throw refuse(401, 'expected a token as "Authorization: Bearer …"', { 'WWW-Authenticate': 'Bearer' })
}

async function takeBatch(collector: Collector, { id, contributor }: Sender, bytes: Buffer) {
  const { store, rates, metrics, checker } = collector
  const batch = await judgeBatch(checker, bytes, Date.now())
  const { lines, rejected, problems } = batch
  if (lines.length + rejected === 0) throw refuse(400, 'expected a sample on each line, found no line')
  rates.take(id, lines.length + rejected - 1, performance.now())
  const began = performance.now()
  const { accepted, duplicates, refused } = lines.length > 0 ? await store.store(contributor, batch) : NOTHING_STORED
  if (lines.length > 0) metrics.observeStore(performance.now() - began)
  const counts = { accepted, duplicates, rejected: rejected + refused.length }
  metrics.countLines(counts)
  const all = [...problems, ...refused].sort((a, b) => a.line - b.line)
  return { ...counts, problems: all.slice(0, MAX_PROBLEMS) }
}

function refuseWith(collector: Collector, response: ServerResponse, error: unknown): void {
  if (error instanceof Refusal) {
    send(response, error.status, { error: error.message }, error.headers)
    return
  }
  if (error instanceof TokenFileError) {
    collector.reportTokens(error)
    send(response, 503, { error: 'this collector cannot read its tokens' }, { 'Retry-After': '30' })
    return
  }
  if (error instanceof StoreUnavailable) {
    collector.log('store_failed', { why: error.message })
    send(response, 503, { error: 'the samples cannot be stored now' }, { 'Retry-After': '10' })
    return
  }
  const isFull = FULL.has(errorCode(error))
  collector.log('store_failed', { why: errorCode(error) })
  const why = isFull ? 'the disk is full' : 'the samples could not be stored'
  send(response, isFull ? 507 : 500, { error: why }, { 'Retry-After': '60' })
}

function send(response: ServerResponse, status: number, answer: object, headers: Record<string, string> = {}): void {
  const body = Buffer.from(`${JSON.stringify(answer)}\n`)
  // The rest of a body that was not read to its end would be taken for the next request.
  if (status >= 400) response.shouldKeepAlive &&= response.req.complete
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length, ...headers })
  response.end(body)
}
