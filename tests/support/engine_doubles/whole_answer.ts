import { gzipSync } from 'node:zlib'
import { AnswerCut, dueTime } from './answer_writer.ts'
import { pauseUntil } from './pause.ts'
import type { Call } from './types.ts'

/** Lets the set times pass, notes first and last token as an engine would have made them, and sends the body in one piece. */
export async function answerWhole(
  call: Call,
  build: () => unknown,
  headers: Record<string, string> = {},
): Promise<void> {
  const { answer, options } = call
  await pauseUntil(dueTime(call, 0))
  answer.first_token_at = performance.now()
  await pauseUntil(dueTime(call, options.tokens - 1))
  answer.last_token_at = performance.now()
  if (options.outcome === 'reset') call.request.socket.resetAndDestroy()
  if (call.response.destroyed) throw new AnswerCut('the client went away')
  answer.tokens = options.tokens
  answer.finished = true
  sendJson(call, 200, build(), headers)
}

/** Sends a JSON body, compressed where the options and the client want it. */
export function sendJson(call: Call, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const accepts = String(call.request.headers['accept-encoding'] ?? '').includes('gzip')
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const coded = call.options.gzip && accepts ? { 'content-encoding': 'gzip' } : {}
  const sent = 'content-encoding' in coded ? gzipSync(bytes) : bytes
  call.response.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
    ...coded,
    'content-length': sent.length,
  })
  call.response.end(sent)
}

/** Text that quotes what the client sent, as error messages of engines do: nothing of it may be recorded. */
export function quoteRequest({ body }: Call): string {
  const prompt = body.messages ?? body.prompt ?? body.input ?? body.inputs
  return `The engine failed on ${JSON.stringify(prompt ?? null).slice(0, 300)}`
}
