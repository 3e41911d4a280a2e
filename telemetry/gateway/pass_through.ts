import { matchTaskCancel, matchTaskEvents } from '../wire/match_api.ts'
import type { ExchangeEnd } from './exchange.ts'
import { forward, isUnanswered, sendBadGateway } from './forward.ts'
import type { ForwardOptions } from './forward_options.ts'
import type { ClientCall, Gateway } from './gateway.ts'
import { hasBody } from './read_body.ts'
import type { Upstream } from './upstream.ts'

/** Passes a request that is not a task to the first upstream, or, if it is about a task, to the upstream of that task. */
export function passThrough(gateway: Gateway, call: ClientCall): void {
  gateway.metrics.countPassed()
  const followed = matchTaskEvents(call.method, call.path)
  const cancelled = matchTaskCancel(call.method, call.path)
  if (followed !== null) passEvents(gateway, call, followed)
  else if (cancelled !== null) passCancel(gateway, call, cancelled)
  else pass(gateway, call, gateway.upstreams[0]!, isRepeatable(call) ? 1 : 0)
}

function passEvents(gateway: Gateway, call: ClientCall, id: string): void {
  const upstream = gateway.orch_tasks.upstreamOf(id) ?? gateway.upstreams[0]!
  const watch = gateway.orch_tasks.follow(id)
  if (watch === null) pass(gateway, call, upstream, 1)
  else send(gateway, call, upstream, watch)
}

function passCancel(gateway: Gateway, call: ClientCall, id: string): void {
  const upstream = gateway.orch_tasks.upstreamOf(id) ?? gateway.upstreams[0]!
  send(gateway, call, upstream, { onEnd: (end) => gateway.orch_tasks.cancel(id, end) })
}

/** A safe request without a body may be retried if the engine closed the idle connection meanwhile (RFC 9110, 9.2.2). */
function pass(gateway: Gateway, call: ClientCall, upstream: Upstream, retries: number): void {
  const onEnd = (end: ExchangeEnd) => {
    if (!isUnanswered(end) || call.response.destroyed) return
    if (end.kind === 'upstream_failed' && end.sent && retries > 0) pass(gateway, call, upstream, retries - 1)
    else sendBadGateway(call, null, end)
  }
  forward(gateway, call, upstream, { onEnd })
}

function send(gateway: Gateway, call: ClientCall, upstream: Upstream, options: ForwardOptions): void {
  const onEnd = (end: ExchangeEnd) => {
    options.onEnd(end)
    if (isUnanswered(end)) sendBadGateway(call, null, end)
  }
  forward(gateway, call, upstream, { ...options, onEnd })
}

function isRepeatable({ method, request }: ClientCall): boolean {
  return (method === 'GET' || method === 'HEAD') && !hasBody(request)
}
