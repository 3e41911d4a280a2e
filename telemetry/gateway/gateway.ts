import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Telemetry } from '../sample/types.ts'
import type { Exchange } from './exchange.ts'
import type { HostGuard } from './host_guard.ts'
import type { IncomingBody, UploadLimits } from './incoming_body.ts'
import type { Metrics } from './metrics.ts'
import type { ModelRouter } from './model_patterns.ts'
import type { OrchTasks } from './orch_tasks.ts'
import type { UpdateNotice } from './update_notice.ts'
import type { Upstream } from './upstream.ts'

/**
 * `lame_duck`: it serves, but tells load balancers that it will not for long. `draining`: the listener is closed, requests under
 * way may end, new ones on open connections are answered 503.
 */
export type GatewayState = 'serving' | 'lame_duck' | 'draining'

/** The state that the parts of a running gateway share. */
export interface Gateway {
  upstreams: readonly Upstream[]
  router: ModelRouter
  telemetry: Telemetry
  metrics: Metrics
  updates: UpdateNotice
  orch_tasks: OrchTasks
  uploads: UploadLimits
  hosts: HostGuard
  /** Whether the gateway's own paths have a listener of their own, so that the engine's `/metrics` can be reached at the main one. */
  has_admin: boolean
  /** Name of the request header that holds the tenant, in lower case. */
  tenant_header: string | undefined
  /** Responses that have not ended, which a shutdown waits for. */
  open: Set<ServerResponse>
  exchanges: Set<Exchange>
  /** Connections of clients that switched protocols; a shutdown waits for them too. */
  tunnels: Set<Duplex>
  state: GatewayState
  log: (line: string) => void
}

/** A request of a client and the response to it. */
export interface ClientCall {
  request: IncomingMessage
  response: ServerResponse
  method: string
  /** Path and query, from the first slash. */
  path: string
  body: IncomingBody
}
