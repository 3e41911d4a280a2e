import { Pool } from 'undici'
import type { UpstreamConfig } from '../config/schema.ts'
import type { EngineIdentity } from '../engines/types.ts'
import { UsageHabit } from '../wire/usage_habit.ts'
import { Admission } from './admission.ts'
import { LoadMeter } from './load_meter.ts'

/** Timeout for opening a connection. */
const CONNECT_TIMEOUT_MS = 10_000
/** Shorter than any engine's own idle limit (uvicorn: 5 s), so that a request seldom meets a connection that is being closed. */
const IDLE_CONNECTION_MS = 4_000
const MAX_HEADER_BYTES = 65_536

const UNKNOWN_ENGINE: EngineIdentity = { engine: 'unknown', engine_version: 'unknown', source: 'none' }

/** An engine that tasks are sent to, and its present state. */
export class Upstream {
  readonly index: number
  readonly config: UpstreamConfig
  /** `host:port`, as the engine is to see itself named. */
  readonly host: string
  readonly pool: Pool
  readonly admission: Admission
  readonly load = new LoadMeter()
  readonly usage = new UsageHabit()
  identity: EngineIdentity
  healthy = true
  readonly #prefix: string

  constructor(index: number, config: UpstreamConfig) {
    const url = new URL(config.url)
    this.index = index
    this.config = config
    this.host = url.host
    this.#prefix = url.pathname.replace(/\/+$/, '')
    this.admission = new Admission(config)
    this.identity = identifyByConfig(config)
    this.pool = new Pool(url.origin, {
      connect: { timeout: CONNECT_TIMEOUT_MS },
      keepAliveTimeout: IDLE_CONNECTION_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      // A model may think for minutes: the timeout is up to the client.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  /** The path of a request at the engine, below the base that its URL names. */
  pathOf(path: string): string {
    return this.#prefix + path
  }

  /** URL without what may be secret in it, for logs and `/healthz`. */
  get label(): string {
    const { protocol, host } = new URL(this.config.url)
    return `${protocol}//${host}${this.#prefix}`
  }
}

function identifyByConfig({ engine, engine_version }: UpstreamConfig): EngineIdentity {
  if (engine === undefined && engine_version === undefined) return UNKNOWN_ENGINE
  return { engine: engine ?? 'unknown', engine_version: engine_version ?? 'unknown', source: 'config' }
}

/**
 * The upstream for the next task: the least busy of the healthy ones. If none is healthy, the least busy one of all: a health
 * check may be wrong, and the engine's own error is better than none.
 */
export function chooseUpstream(candidates: readonly Upstream[]): Upstream | undefined {
  const healthy = candidates.filter((upstream) => upstream.healthy)
  const pool = healthy.length > 0 ? healthy : candidates
  const busy = ({ admission }: Upstream) => admission.in_flight + admission.waiting
  return pool.reduce<Upstream | undefined>((best, next) => (best && busy(best) <= busy(next) ? best : next), undefined)
}
