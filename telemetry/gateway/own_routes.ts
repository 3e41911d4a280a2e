import type { ServerResponse } from 'node:http'
import type { Gateway } from './gateway.ts'

/** Paths that the gateway can answer itself. */
const OWN_ROUTES = {
  '/livez': sendLive,
  '/readyz': sendReady,
  '/healthz': sendHealth,
  '/metrics': sendMetrics,
} as const
export type OwnPath = keyof typeof OWN_ROUTES

export function matchOwnPath(method: string, path: string): OwnPath | null {
  if (method !== 'GET' && method !== 'HEAD') return null
  const [plain] = path.split('?', 1)
  return Object.hasOwn(OWN_ROUTES, plain!) ? (plain as OwnPath) : null
}

export function answerOwnPath(gateway: Gateway, own: OwnPath, response: ServerResponse): void {
  OWN_ROUTES[own](gateway, response)
}

/** The process answers, whatever it can reach. */
function sendLive(_: Gateway, response: ServerResponse): void {
  send(response, 200, 'text/plain; charset=utf-8', 'ok\n')
}

/** 200 while the gateway takes new tasks and at least one engine is up. */
function sendReady({ state, upstreams }: Gateway, response: ServerResponse): void {
  const problem =
    state !== 'serving' ? 'shutting down' : upstreams.some(({ healthy }) => healthy) ? null : 'no engine is up'
  send(response, problem === null ? 200 : 503, 'text/plain; charset=utf-8', `${problem ?? 'ready'}\n`)
}

/** Prometheus' text format. */
function sendMetrics({ upstreams, metrics, updates, uploads, telemetry }: Gateway, response: ServerResponse): void {
  const text = metrics.format({
    upstreams,
    body_bytes: uploads.budget.held_bytes,
    comparisons: updates.comparisons(),
    telemetry: telemetry.snapshot(),
  })
  send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', text)
}

/** The state of the gateway and its upstreams. 503 while it shuts down; an upstream that is down does not change the status. */
function sendHealth({ upstreams, telemetry, state }: Gateway, response: ServerResponse): void {
  const body = {
    status: state === 'serving' ? 'ok' : 'closing',
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
  send(response, state === 'serving' ? 200 : 503, 'application/json', `${JSON.stringify(body)}\n`)
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  const body = Buffer.from(text)
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length, 'Cache-Control': 'no-store' })
  response.end(body)
}
