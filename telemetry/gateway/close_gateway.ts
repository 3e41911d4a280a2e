import type { Server } from 'node:http'
import type { Gateway } from './gateway.ts'
import type { HealthMonitor } from './health_monitor.ts'

interface ClosingParts {
  gateway: Gateway
  server: Server
  monitor: HealthMonitor
  drain_s: number
  flush_s: number
  log: (line: string) => void
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
  const { gateway, server, monitor, flush_s, log } = parts
  gateway.closing = true
  monitor.close()
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
  const left = await drain(parts, hurry)
  for (const exchange of gateway.exchanges) exchange.abort()
  for (const tunnel of gateway.tunnels) tunnel.destroy()
  gateway.orch_tasks.close()
  server.closeAllConnections()
  await Promise.all([stopped, ...gateway.upstreams.map((upstream) => upstream.close())])
  await gateway.telemetry.close(hurry.aborted ? 0 : flush_s * 1000)
  log(left === 0 ? 'stopped' : `stopped; ${left} requests had not ended`)
}

/** Waits until no request is running, or for the deadline or a second signal. Returns how many are left. */
async function drain({ gateway, server, drain_s }: ClosingParts, hurry: AbortSignal): Promise<number> {
  const deadline = performance.now() + drain_s * 1000
  const busy = () => gateway.exchanges.size + gateway.tunnels.size + countWaiting(gateway)
  while (busy() > 0 && performance.now() < deadline && !hurry.aborted) {
    server.closeIdleConnections()
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return busy()
}

function countWaiting({ upstreams }: Gateway): number {
  return upstreams.reduce((sum, { admission }) => sum + admission.waiting, 0)
}
