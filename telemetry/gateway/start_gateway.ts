import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Config } from '../config/schema.ts'
import type { GpuMonitor } from '../gpu/types.ts'
import type { Telemetry } from '../sample/types.ts'
import { closeGateway } from './close_gateway.ts'
import type { Gateway } from './gateway.ts'
import { handleRequest } from './handle_request.ts'
import { HealthMonitor } from './health_monitor.ts'
import { Metrics } from './metrics.ts'
import { createModelRouter } from './model_patterns.ts'
import { OrchTasks } from './orch_tasks.ts'
import { passUpgrade } from './upgrade.ts'
import { Upstream, type UpstreamServices } from './upstream.ts'

/** The same as in nginx. */
const IDLE_CLIENT_MS = 75_000
const MAX_HEADER_BYTES = 65_536

export interface GatewayOptions {
  config: Config
  telemetry: Telemetry
  /** The host's accelerators, for samples and `/metrics`; without it, samples have those of `telemetry`. */
  gpu?: GpuMonitor
  /** Holds the keys that the settings name; `process.env` if absent. */
  env?: NodeJS.ProcessEnv
  /** Logs a line about the gateway itself; never any content of a request. */
  log: (line: string) => void
  /** For tests: replaces the look-up of where an engine runs. */
  isThisHost?: (url: string) => Promise<boolean>
}

export interface RunningGateway {
  /** Where it listens, with the port that the system gave. */
  url: string
  /** Resolves when detection has run once for every upstream. */
  detected: Promise<void>
  /**
   * Accepts no more connections, lets streams end for `drain_s`, ends the rest, and closes telemetry with one deadline of
   * `flush_s`. A second call ends everything at once.
   */
  close(): Promise<void>
}

/** Starts the reverse proxy. Resolves when it listens; rejects if it cannot. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { config, telemetry, log } = options
  if (config.upstream.length === 0)
    throw new Error('upstream: expected at least one engine to send tasks to, found none. Add --upstream URL.')
  const services = servicesOf(options)
  const upstreams = config.upstream.map((upstream, index) => new Upstream(index, upstream, services))
  const gateway: Gateway = {
    upstreams,
    router: createModelRouter(config.upstream),
    telemetry,
    metrics: new Metrics(),
    orch_tasks: new OrchTasks(),
    tenant_header: config.telemetry.tenant_header?.toLowerCase(),
    exchanges: new Set(),
    tunnels: new Set(),
    closing: false,
    log,
  }
  const server = createServer(gateway, options.gpu)
  const url = await listen(server, config.listen)
  const monitor = new HealthMonitor(upstreams, config.health_interval_s)
  log(`listening on ${url}, ${upstreams.map((u) => `upstream ${u.index} is ${u.label}`).join(', ')}`)
  const close = closeGateway({ gateway, server, monitor, drain_s: config.drain_s, flush_s: config.flush_s, log })
  return { url, detected: monitor.detected, close }
}

function servicesOf({ telemetry, gpu, env = process.env, log, isThisHost }: GatewayOptions): UpstreamServices {
  return { env, log, gpu: gpu && { monitor: gpu, isThisHost, isRecording: () => telemetry.enabled } }
}

function createServer(gateway: Gateway, gpu: GpuMonitor | undefined): http.Server {
  const server = http.createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: IDLE_CLIENT_MS,
    // A long request body is allowed; only its head has a time limit.
    requestTimeout: 0,
    noDelay: true,
  })
  server.on('request', (request, response) => handleRequest(gateway, gpu, request, response))
  server.on('upgrade', (request, socket, head) =>
    passUpgrade(gateway, request, socket, head, (again) => server.emit('connection', again as Socket)),
  )
  return server
}

function listen(server: http.Server, address: string): Promise<string> {
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListenError(address, error)))
    server.listen(Number(address.slice(colon + 1)), host, () => {
      const { address: bound, port, family } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${bound}]` : bound}:${port}`)
    })
  })
}

function explainListenError(address: string, error: NodeJS.ErrnoException): Error {
  const why: Record<string, string> = {
    EADDRINUSE: 'another process listens there. Stop it, or choose another address with --listen.',
    EACCES: 'ports below 1024 are for the administrator. Choose a higher one with --listen.',
    EADDRNOTAVAIL: 'the host has no such address. Choose one of its own with --listen.',
  }
  return new Error(`listen: ${address}: ${why[error.code ?? ''] ?? error.message}`, { cause: error })
}
