import { sendError } from './error_body.ts'
import { Exchange, type ExchangeEnd } from './exchange.ts'
import type { ForwardOptions } from './forward_options.ts'
import type { ClientCall, Gateway } from './gateway.ts'
import { toUpstreamHeaders } from './headers.ts'
import { hasBody } from './read_body.ts'
import type { Upstream } from './upstream.ts'

/** Sends a request to an upstream and its response to the client. */
export function forward(gateway: Gateway, call: ClientCall, upstream: Upstream, options: ForwardOptions): void {
  const { request, response, method, path } = call
  const exchange = new Exchange({
    upstream,
    client: { request, response },
    openReader: options.openReader ?? (() => null),
    onSent: options.onSent ?? (() => {}),
    isClosing: () => gateway.closing,
    onEnd: (end) => {
      gateway.exchanges.delete(exchange)
      options.onEnd(end)
    },
  })
  gateway.exchanges.add(exchange)
  const body = options.body ?? (hasBody(request) ? request : null)
  const length = Buffer.isBuffer(body) ? undefined : request.headers['content-length']
  const headers = upstream.authorize(toUpstreamHeaders(request.rawHeaders, upstream.host, length))
  exchange.start({ method, path: upstream.pathOf(path), headers: options.editHeaders?.(headers) ?? headers, body })
}

/** Whether the client still needs a response because the engine gave none. */
export function isUnanswered(end: ExchangeEnd): boolean {
  return end.kind === 'upstream_failed' && end.status === null
}

/** Sends the client an error because the engine did not answer. The client does not learn the address of the engine. */
export function sendBadGateway(call: ClientCall, api: Parameters<typeof sendError>[1], end: ExchangeEnd): void {
  const sent = end.kind === 'upstream_failed' && end.sent
  sendError(call.response, api, {
    status: 502,
    type: 'upstream_error',
    code: sent ? 'upstream_closed' : 'upstream_unreachable',
    message: sent
      ? 'The engine closed the connection before it answered. Try again; if it persists, look at the log of the engine.'
      : 'The engine cannot be reached. Check that it runs and that the gateway has the right address of it.',
  })
}
