import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Telemetry } from '../sample/types.ts'
import type { Exchange } from './exchange.ts'
import type { Metrics } from './metrics.ts'
import type { ModelRouter } from './model_patterns.ts'
import type { OrchTasks } from './orch_tasks.ts'
import type { Upstream } from './upstream.ts'

/** The state that the parts of a running gateway share. */
export interface Gateway {
  upstreams: readonly Upstream[]
  router: ModelRouter
  telemetry: Telemetry
  metrics: Metrics
  orch_tasks: OrchTasks
  /** Name of the request header that holds the tenant, in lower case. */
  tenant_header: string | undefined
  /** Exchanges under way, which a shutdown waits for. */
  exchanges: Set<Exchange>
  /** Connections of clients that switched protocols; a shutdown waits for them too. */
  tunnels: Set<Duplex>
  closing: boolean
  log: (line: string) => void
}

/** A request of a client and the response to it. */
export interface ClientCall {
  request: IncomingMessage
  response: ServerResponse
  method: string
  /** Path and query, from the first slash. */
  path: string
}
