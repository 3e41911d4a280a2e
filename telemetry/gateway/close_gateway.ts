import type { Server } from 'node:http'
import type { Gateway } from './gateway.ts'
import type { HealthMonitor } from './health_monitor.ts'

interface ClosingParts {
  gateway: Gateway
  server: Server
  admin: Server | null
  monitor: HealthMonitor
  lame_duck_s: number
  drain_s: number
  flush_s: number
}

const POLL_MS = 20

/** Creates the `close` of a gateway: the first call drains; a second call while it drains closes at once. */
export function closeGateway(parts: ClosingParts): () => Promise<void> {
  const hurry = new AbortController()
  let closed: Promise<void> | null = null
  return () => {
    if (closed !== null) hurry.abort()
    closed ??= shutDown(parts, hurry.signal)
    return closed
  }
}

async function shutDown(parts: ClosingParts, hurry: AbortSignal): Promise<void> {
  const { gateway, server, admin, monitor, lame_duck_s, drain_s, flush_s } = parts
  gateway.state = 'lame_duck'
  await waitWhile(() => true, lame_duck_s, hurry)
  gateway.state = 'draining'
  monitor.close()
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
  const busy = () => gateway.open.size + gateway.tunnels.size
  await waitWhile(
    () => busy() > 0,
    drain_s,
    hurry,
    () => server.closeIdleConnections(),
  )
  const left = busy()
  for (const exchange of gateway.exchanges) exchange.abort()
  for (const tunnel of gateway.tunnels) tunnel.destroy()
  gateway.orch_tasks.close()
  gateway.updates.close()
  server.closeAllConnections()
  await Promise.all([stopped, ...gateway.upstreams.map((upstream) => upstream.close())])
  await gateway.telemetry.close(hurry.aborted ? 0 : flush_s * 1000)
  admin?.close().closeAllConnections()
  gateway.log(left === 0 ? 'stopped' : `stopped; ${left} requests had not ended`)
}

/** Waits while the condition holds, until the time is over or a second signal comes. */
async function waitWhile(holds: () => boolean, seconds: number, hurry: AbortSignal, each = () => {}): Promise<void> {
  const deadline = performance.now() + seconds * 1000
  while (holds() && performance.now() < deadline && !hurry.aborted) {
    each()
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
