import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorCode } from '../buffer/files.ts'
import { IncomingBody } from '../gateway/incoming_body.ts'
import type { Collector } from './collector_state.ts'
import { judgeBatch } from './judge_batch.ts'
import { readBatch } from './read_batch.ts'
import { Refusal, refuse } from './refusal.ts'

/** Where batches are posted. */
export const BATCH_PATHS = ['/v1/samples', '/samples', '/']
/** The contributor of samples without a token, where those are taken. */
const ANONYMOUS = 'anonymous'
/** A sender that pauses for so long within a body is cut off. */
const STALL_MS = 15_000
/** More than this waits for the disk: senders are asked to come back. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Takes a batch from its first byte to its answer: who sent it, its bytes, its lines, the disk. Never rejects. */
export async function handlePost(
  collector: Collector,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = new IncomingBody(request, { budget: collector.budget, stall_ms: STALL_MS })
  const began = performance.now()
  try {
    const contributor = await admit(collector, request)
    const text = await readBatch(request, body, collector.budget)
    const answer = await takeBatch(collector, contributor, text)
    send(response, answer.accepted + answer.duplicates > 0 ? 200 : 422, answer)
  } catch (error) {
    refuseWith(collector, response, error)
  } finally {
    body.release()
    collector.metrics.countRequest(response.statusCode, performance.now() - began)
  }
}

/** The contributor who may send now. */
async function admit(collector: Collector, request: IncomingMessage): Promise<string> {
  const path = request.url?.split('?', 1)[0] ?? ''
  if (!BATCH_PATHS.includes(path)) throw refuse(404, `expected POST ${BATCH_PATHS[0]}`)
  if (request.method !== 'POST') throw refuse(405, `expected POST ${BATCH_PATHS[0]}`, { Allow: 'POST' })
  if (collector.isClosing) throw refuse(503, 'this collector is shutting down', { 'Retry-After': '5' })
  const contributor = await identify(collector, request)
  if (collector.store.pending_bytes > MAX_PENDING_BYTES) throw refuse(503, 'the disk is behind', { 'Retry-After': '1' })
  const wait_s = collector.rates.take(contributor, 1, performance.now())
  if (wait_s > 0)
    throw refuse(429, 'this contributor has sent more than its rate allows', { 'Retry-After': String(wait_s) })
  return contributor
}

async function identify(collector: Collector, request: IncomingMessage): Promise<string> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined && collector.allow_anonymous) return ANONYMOUS
  const found = token === undefined ? 'unknown' : await collector.tokens.find(token, Date.now())
  if (typeof found !== 'string') return found.contributor
  const wait_s = collector.strangers.take(request.socket.remoteAddress ?? '', 1, performance.now())
  if (wait_s > 0) throw refuse(429, 'too many requests without a valid token', { 'Retry-After': String(wait_s) })
  if (found === 'expired') throw refuse(403, 'the token has expired')
  throw refuse(401, 'expected a token as "Authorization: Bearer …"', { 'WWW-Authenticate': 'Bearer' })
}

async function takeBatch({ store, rates, metrics }: Collector, contributor: string, text: string) {
  const { lines, rejected, problems } = judgeBatch(text, Date.now())
  if (lines.length + rejected === 0) throw refuse(400, 'expected a sample on each line, found no line')
  rates.take(contributor, lines.length + rejected - 1, performance.now())
  const began = performance.now()
  const stored = lines.length > 0 ? await store.store(contributor, lines) : { accepted: 0, duplicates: 0 }
  if (lines.length > 0) metrics.observeStore(performance.now() - began)
  metrics.countLines({ ...stored, rejected })
  return { ...stored, rejected, problems }
}

function refuseWith(collector: Collector, response: ServerResponse, error: unknown): void {
  if (error instanceof Refusal) {
    send(response, error.status, { error: error.message }, error.headers)
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
