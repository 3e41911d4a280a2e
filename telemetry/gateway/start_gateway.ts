import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { HostStatus } from '../../contracts/host_report.ts'
import { bufferFolders } from '../config/paths.ts'
import { ADMIN_LISTEN, type Config, type UpstreamConfig } from '../config/schema.ts'
import type { GpuMonitor } from '../gpu/types.ts'
import { http } from '../http_modules.ts'
import type { Telemetry } from '../sample/types.ts'
import { Ui } from '../ui/ui.ts'
import { closeGateway } from './close_gateway.ts'
import type { Gateway } from './gateway.ts'
import { handleAdminRequest, handleRequest } from './handle_request.ts'
import { HealthMonitor } from './health_monitor.ts'
import { HostGuard } from './host_guard.ts'
import { BodyBudget } from './incoming_body.ts'
import { listen } from './listen.ts'
import { Metrics } from './metrics.ts'
import { createModelRouter } from './model_patterns.ts'
import { OrchTasks } from './orch_tasks.ts'
import { UpdateNotice } from './update_notice.ts'
import { passUpgrade } from './upgrade.ts'
import { Upstream, type UpstreamServices } from './upstream.ts'

/** The same as in nginx. */
const IDLE_CLIENT_MS = 75_000
const HEADERS_TIMEOUT_MS = 60_000
const MAX_HEADER_BYTES = 65_536
const ADMIN_FALLBACK = '127.0.0.1:0'

export interface GatewayOptions {
  config: Config
  telemetry: Telemetry
  /** The host's accelerators, for samples and `/metrics`; without it, samples have those of `telemetry`. */
  gpu?: GpuMonitor
  /** Holds the keys that the settings name; `process.env` if absent. */
  env?: NodeJS.ProcessEnv
  /** Logs a line about the gateway itself; never any content of a request. */
  log: (line: string) => void
  /** For tests: how long a client may take to send the head of a request. */
  headers_timeout_ms?: number
  /** For tests: replaces the look-up of where an engine runs. */
  isThisHost?: (url: string) => Promise<boolean>
}

export interface RunningGateway {
  /** Where it listens, with the port that the system gave. */
  url: string
  /** Where it answers its own paths; null if it has no listener for them. */
  admin_url: string | null
  /** Resolves when detection has run once for every upstream. */
  detected: Promise<void>
  /**
   * Says for `lame_duck_s` that it is not ready, then accepts no more connections, lets requests end for `drain_s`, ends the rest,
   * and closes telemetry with one deadline of `flush_s`. A second call ends everything at once.
   */
  close(): Promise<void>
}

/** Starts the reverse proxy. Resolves when it listens; rejects if it cannot. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { config, log } = options
  if (config.upstream.length === 0)
    throw new Error('upstream: expected at least one engine to send tasks to, found none. Add --upstream URL.')
  const services = servicesOf(options)
  const upstreams = config.upstream.map((upstream, index) => new Upstream(index, dropApiPath(upstream, log), services))
  const gateway = createGateway(options, upstreams)
  const server = createServer(gateway, options.headers_timeout_ms)
  const url = await listen(server, 'listen', config.listen)
  const admin = await startAdmin(gateway, options).catch((error: Error) => {
    server.close()
    throw error
  })
  gateway.has_admin = admin !== null
  log(`listening on ${url}, ${upstreams.map((u) => `upstream ${u.index} is ${u.label}`).join(', ')}`)
  if (admin !== null) log(`metrics and health at ${admin.url}: /metrics, /healthz, /livez, /readyz, /ui`)
  const monitor = new HealthMonitor(upstreams, config.health_interval_s, log)
  const close = closeGateway({ ...config, gateway, server, admin: admin?.server ?? null, monitor })
  return { url, admin_url: admin?.url ?? null, detected: monitor.detected, close }
}

function servicesOf({ telemetry, gpu, env = process.env, log, isThisHost }: GatewayOptions): UpstreamServices {
  return { env, log, gpu: gpu && { monitor: gpu, isThisHost, isRecording: () => telemetry.enabled } }
}

function createGateway({ config, telemetry, log }: GatewayOptions, upstreams: readonly Upstream[]): Gateway {
  const router = createModelRouter(config.upstream)
  return {
    upstreams,
    router,
    telemetry,
    metrics: new Metrics(router.patterns),
    updates: new UpdateNotice(telemetry, log),
    orch_tasks: new OrchTasks(),
    uploads: { budget: new BodyBudget(config.max_body_bytes), stall_ms: config.upload_timeout_s * 1000 },
    hosts: new HostGuard(config.listen, config.allowed_hosts),
    has_admin: false,
    tenant_header: config.telemetry.tenant_header?.toLowerCase(),
    open: new Set(),
    exchanges: new Set(),
    tunnels: new Set(),
    state: 'serving',
    log,
  }
}

function createServer(gateway: Gateway, headers_timeout_ms = HEADERS_TIMEOUT_MS): Server {
  const server = http.createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: IDLE_CLIENT_MS,
    headersTimeout: headers_timeout_ms,
    // Node looks only now and then; its own interval would add half of the limit.
    connectionsCheckingInterval: headers_timeout_ms / 10,
    // A body has no limit as a whole, which would also count its task's wait for a slot, but one between its parts.
    requestTimeout: 0,
    noDelay: true,
  })
  server.on('request', (request, response) => void handleRequest(gateway, request, response))
  server.on('upgrade', (request, socket, head) => {
    void passUpgrade(gateway, request, socket, head, (again) => server.emit('connection', again as Socket))
  })
  return server
}

/** The listener for the gateway's own paths; null if it is off. Without a setting another port will do if the default one is taken. */
async function startAdmin(gateway: Gateway, options: GatewayOptions) {
  const { admin_listen, allowed_hosts } = options.config
  if (admin_listen === 'off') return null
  const ui = createUi(options)
  const hosts = new HostGuard(admin_listen ?? ADMIN_LISTEN, allowed_hosts)
  const server = http.createServer((request, response) => handleAdminRequest(gateway, hosts, ui, request, response))
  server.once('close', () => void ui.close())
  if (admin_listen !== undefined) return { server, url: await listen(server, 'admin_listen', admin_listen) }
  const url = await listen(server, 'admin_listen', ADMIN_LISTEN).catch(() =>
    listen(server, 'admin_listen', ADMIN_FALLBACK),
  )
  return { server, url }
}

/** The page of the operator's own figures, from every buffer of this host. */
function createUi({ config, telemetry, env = process.env }: GatewayOptions): Ui {
  const { shared, local } = bufferFolders(config.telemetry.buffer.dir, env)
  const describeConsent = () => {
    const { enabled, local: isLocal } = telemetry.snapshot().consent
    return enabled ? (isLocal ? 'local' : 'on') : 'off'
  }
  const status = (): HostStatus => ({ telemetry: describeConsent(), buffers: [shared, local] })
  return new Ui({ status, allowed_hosts: config.allowed_hosts })
}

/** An OpenAI client's base URL ends with `/v1`; an upstream's does not, as the paths of requests have it. */
function dropApiPath(upstream: UpstreamConfig, log: (line: string) => void): UpstreamConfig {
  const url = new URL(upstream.url)
  if (!/\/v1\/*$/.test(url.pathname)) return upstream
  url.pathname = url.pathname.replace(/\/v1\/*$/, '')
  log(
    `upstream ${url.host}: the path /v1 at the end of its URL is left out, because the paths of requests begin with it`,
  )
  return { ...upstream, url: url.href }
}
