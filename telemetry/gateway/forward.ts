import type { Readable } from 'node:stream'
import type { TaskApi } from '../wire/types.ts'
import { Exchange, type ExchangeEnd, type ExchangeParties } from './exchange.ts'
import type { ClientCall, Gateway } from './gateway.ts'
import { toUpstreamHeaders } from './headers.ts'
import type { UploadFailure } from './incoming_body.ts'
import { refuseUnanswered, refuseUpload } from './refusals.ts'
import type { Upstream } from './upstream.ts'

/** How a request is forwarded. */
export interface ForwardOptions extends Partial<Pick<ExchangeParties, 'openReader' | 'onSent' | 'declines'>> {
  /** The body if it was read or replaced; absent: streamed from the client. */
  body?: Buffer
  /** Whether the engine is asked not to compress its response, because it is read. */
  uncompressed?: boolean
}

/** Sends a request to an upstream and its response to the client. Resolves when the exchange has ended, however it did. */
export function forward(
  gateway: Gateway,
  call: ClientCall,
  upstream: Upstream,
  options: ForwardOptions = {},
): Promise<ExchangeEnd> {
  const { request, response, method } = call
  const body: Buffer | Readable | null = options.body ?? (call.body.exists ? call.body.stream() : null)
  const length = Buffer.isBuffer(body) ? undefined : request.headers['content-length']
  const headers = toUpstreamHeaders(request.rawHeaders, upstream.host, length)
  const path = upstream.pathOf(call.path)
  return new Promise((resolve) => {
    const exchange = new Exchange({
      upstream,
      client: { request, response },
      openReader: options.openReader ?? (() => null),
      declines: options.declines ?? (() => false),
      onSent: options.onSent ?? (() => {}),
      isClosing: () => gateway.state !== 'serving',
      onEnd: (end) => {
        gateway.exchanges.delete(exchange)
        resolve(end)
      },
    })
    gateway.exchanges.add(exchange)
    exchange.start({ method, path, headers: options.uncompressed ? askIdentity(headers) : headers, body })
  })
}

function askIdentity(headers: string[]): string[] {
  return headers.map((value, i) =>
    headers[i - 1]?.toLowerCase() === 'accept-encoding' && i % 2 === 1 ? 'identity' : value,
  )
}

/** Whether the client still needs a response because the engine gave none. */
export function isUnanswered(end: ExchangeEnd): boolean {
  return end.kind === 'upstream_failed' && end.status === null
}

/** Sends the client an error if the engine did not answer. */
export function answerFailure({ response }: ClientCall, api: TaskApi | null, end: ExchangeEnd): void {
  if (end.kind !== 'upstream_failed' || end.status !== null) return
  if (end.why.startsWith('upload_')) refuseUpload(response, api, end.why as UploadFailure)
  else refuseUnanswered(response, api, end.sent)
}
