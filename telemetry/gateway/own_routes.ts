import type { ServerResponse } from 'node:http'
import type { GpuFacts } from '../gpu/types.ts'
import type { Gateway } from './gateway.ts'

/** Paths that the gateway serves itself. An engine's paths of the same names can only be reached at the engine. */
export type OwnPath = '/healthz' | '/metrics'

export function matchOwnPath(method: string, path: string): OwnPath | null {
  if (method !== 'GET' && method !== 'HEAD') return null
  const query = path.indexOf('?')
  const plain = query < 0 ? path : path.slice(0, query)
  return plain === '/healthz' || plain === '/metrics' ? plain : null
}

/** Answers `/healthz` (state of the gateway and its upstreams) and `/metrics` (Prometheus' text format). */
export function answerOwnPath(gateway: Gateway, own: OwnPath, response: ServerResponse, gpu: GpuFacts | null): void {
  if (own === '/healthz') sendHealth(gateway, response)
  else sendMetrics(gateway, response, gpu)
}

function sendMetrics({ upstreams, metrics, telemetry }: Gateway, response: ServerResponse, gpu: GpuFacts | null): void {
  const text = metrics.format({ upstreams, telemetry: telemetry.snapshot(), gpu })
  send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', text)
}

/** 200 while the gateway accepts tasks, 503 while it shuts down. An upstream that is down is listed, but does not change the status. */
function sendHealth({ upstreams, telemetry, closing }: Gateway, response: ServerResponse): void {
  const body = {
    status: closing ? 'closing' : 'ok',
    telemetry: telemetry.enabled,
    upstreams: upstreams.map(({ index, healthy, identity, admission }) => ({
      index,
      healthy,
      engine: identity.engine,
      engine_version: identity.engine_version,
      in_flight: admission.in_flight,
      waiting: admission.waiting,
    })),
  }
  send(response, closing ? 503 : 200, 'application/json', `${JSON.stringify(body)}\n`)
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  const body = Buffer.from(text)
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length, 'Cache-Control': 'no-store' })
  response.end(body)
}
