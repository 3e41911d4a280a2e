import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type BodyBudget, type IncomingBody, UploadError } from '../gateway/incoming_body.ts'
import { type Refusal, refuse } from './refusal.ts'

const inflate = promisify(gunzip)

/** Largest body of a request, as it is sent and as it unpacks. */
export const BATCH_BYTES = 8 * 1024 * 1024
export const INFLATED_BYTES = 32 * 1024 * 1024
const MIN_CHUNK_BYTES = 1024
const MEDIA_TYPE = /^application\/(x-ndjson|jsonl|x-jsonlines)\s*(;|$)/i

/** The lines of a batch, and the memory that it holds of the budget, to be given back when it is done with. */
export interface ReadBatch {
  bytes: Buffer
  held_bytes: number
}

/** @throws Refusal if the request is not one of a batch, too large, damaged, or too slow */
export async function readBatch(request: IncomingMessage, body: IncomingBody, budget: BodyBudget): Promise<ReadBatch> {
  const {
    'content-type': type = '',
    'content-encoding': coding = 'identity',
    'content-length': length,
  } = request.headers
  if (!MEDIA_TYPE.test(type)) throw refuse(415, 'expected Content-Type application/x-ndjson')
  if (coding !== 'gzip' && coding !== 'identity')
    throw refuse(415, 'expected Content-Encoding gzip, or none', { 'Accept-Encoding': 'gzip' })
  if (length === undefined) throw refuse(411, 'expected a Content-Length')
  if (Number(length) > BATCH_BYTES) throw tooLarge(BATCH_BYTES)
  await body.read(BATCH_BYTES).catch((error: unknown) => {
    throw explain(error)
  })
  return coding === 'gzip' ? unpack(body.bytes(), budget) : { bytes: body.bytes(), held_bytes: 0 }
}

async function unpack(bytes: Buffer, budget: BodyBudget): Promise<ReadBatch> {
  // The last four bytes of a gzip member are its size (RFC 1952): a claim, so the limit holds whatever it says.
  const claimed = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0
  if (claimed > INFLATED_BYTES) throw tooLarge(INFLATED_BYTES)
  if (!budget.take(claimed)) throw noMemory()
  try {
    // In one piece, as far as its claim is true.
    const options = { maxOutputLength: Math.max(1, claimed), chunkSize: Math.max(MIN_CHUNK_BYTES, claimed + 1) }
    return { bytes: await inflate(bytes, options), held_bytes: claimed }
  } catch (error) {
    budget.give(claimed)
    const isLarger = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw isLarger ? tooLarge(INFLATED_BYTES) : refuse(400, 'expected a gzip body, found a damaged one')
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof UploadError)) return error
  if (error.code === 'upload_no_memory') return noMemory()
  return refuse(408, 'the body did not come to its end in time')
}

/** There is no room for another batch now. */
export function noMemory(): Refusal {
  return refuse(503, 'too many batches at once', { 'Retry-After': '1' })
}

function tooLarge(limit: number): Refusal {
  return refuse(413, `expected a body of at most ${limit / 1024 / 1024} MiB. Send fewer samples in a batch`)
}
