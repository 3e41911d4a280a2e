import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Collector } from './collector_state.ts'
import { TokenFileError } from './tokens.ts'

/** Answers the paths for operators: `/metrics`, `/readyz`, `/livez`. */
export async function answerAdmin(
  collector: Collector,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume()
  const path = request.url?.split('?', 1)[0]
  if (path === '/livez') return send(response, 200, 'ok\n')
  if (path === '/readyz') return answerReadiness(collector, response)
  if (path !== '/metrics') return send(response, 404, 'expected /metrics, /readyz or /livez\n')
  const { store, budget, metrics } = collector
  const ids = await store.countIds().catch(() => 0)
  const live = { pending_bytes: store.pending_bytes, body_bytes: budget.held_bytes, ids }
  send(response, 200, metrics.format(live), 'text/plain; version=0.0.4; charset=utf-8')
}

async function answerReadiness(collector: Collector, response: ServerResponse): Promise<void> {
  if (collector.isClosing) return send(response, 503, 'shutting down\n')
  try {
    await collector.tokens.check()
    await collector.store.check()
    send(response, 200, 'ready\n')
  } catch (error) {
    if (error instanceof TokenFileError) collector.reportTokens(error)
    const what = error instanceof TokenFileError ? 'the file of tokens cannot be used' : 'nothing can be stored'
    send(response, 503, `${what}; see the log\n`)
  }
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  })
  response.end(text)
}
