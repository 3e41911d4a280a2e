import type { Pool } from 'undici'
import type { UpstreamConfig } from '../config/schema.ts'
import type { EngineIdentity } from '../engines/types.ts'
import { splitCredentials } from '../engines/url_credentials.ts'
import type { GpuView } from '../gpu/types.ts'
import { Pool as UpstreamPool } from '../http_modules.ts'
import { showUrl } from '../show_url.ts'
import { UsageHabit } from '../wire/usage_habit.ts'
import { Admission } from './admission.ts'
import { askEngine } from './ask_engine.ts'
import { EngineWatch } from './engine_watch.ts'
import { LoadMeter } from './load_meter.ts'
import { connectionOpener } from './open_connection.ts'
import { UpstreamGpu, type UpstreamGpuDeps } from './upstream_gpu.ts'

/** Shorter than any engine's own idle limit (uvicorn: 5 s), so that a request seldom meets a connection that is being closed. */
const IDLE_CONNECTION_MS = 4_000
const MAX_HEADER_BYTES = 65_536

const UNKNOWN_ENGINE: EngineIdentity = { engine: 'unknown', engine_version: 'unknown', source: 'none' }

/** What upstreams use of the gateway. */
export interface UpstreamServices {
  env: NodeJS.ProcessEnv
  log: (line: string) => void
  /** The GPUs of the host; if absent, samples have those of the emitter. */
  gpu?: Omit<UpstreamGpuDeps, 'tell'>
}

/** An engine that tasks are sent to, and its present state. */
export class Upstream {
  readonly index: number
  readonly config: UpstreamConfig
  /** `host:port`, as the engine is to see itself named. */
  readonly host: string
  readonly pool: Pool
  readonly admission: Admission
  readonly engine: EngineWatch
  /** Those of the emitter if absent. */
  readonly gpu: GpuView | undefined
  readonly load = new LoadMeter()
  readonly usage = new UsageHabit()
  healthy = true
  readonly #prefix: string
  readonly #authorization: string | undefined
  readonly #gpu: UpstreamGpu | undefined
  readonly #log: (line: string) => void

  constructor(index: number, config: UpstreamConfig, { env, log, gpu }: UpstreamServices) {
    const { url: plain, authorization } = splitCredentials(config.url)
    const url = new URL(plain)
    this.index = index
    this.config = config
    this.host = url.host
    this.#prefix = url.pathname.replace(/\/+$/, '')
    this.#authorization = authorization
    this.#log = log
    this.admission = new Admission(config)
    this.#gpu = gpu && new UpstreamGpu(config, { ...gpu, tell: (text) => this.tell(text) })
    this.gpu = this.#gpu
    this.engine = new EngineWatch(identifyByConfig(config), askEngine(this, { url: plain, authorization, env }))
    this.pool = watchConnections(openPool(url.origin), this.engine)
  }

  get identity(): EngineIdentity {
    return this.engine.identity
  }

  /** Asks the engine who it is, and finds out where it runs. Never rejects. */
  async identify(): Promise<void> {
    await this.engine.ask()
    // LiteLLM sends tasks on to hosts of its own choice.
    await this.#gpu?.locate(this.identity.engine === 'litellm')
  }

  /** Ends all connections; no sample waits for an answer of the engine any more. */
  async close(): Promise<void> {
    this.engine.close()
    await this.pool.destroy()
  }

  /** The path of a request at the engine, below the base that its URL names. */
  pathOf(path: string): string {
    return this.#prefix + path
  }

  /** The headers of a request with the credentials of the URL, if it has any: they take the place of the client's. */
  authorize(headers: readonly string[]): string[] {
    if (this.#authorization === undefined) return [...headers]
    const kept = headers.filter((_, i) => headers[i - (i % 2)]!.toLowerCase() !== 'authorization')
    return [...kept, 'Authorization', this.#authorization]
  }

  /** Logs a line about this upstream. */
  tell(text: string): void {
    this.#log(`${this.title} ${text}`)
  }

  /** Number and URL, for logs. */
  get title(): string {
    return `upstream ${this.index} (${this.label})`
  }

  /** URL without what may be secret in it, for logs and `/healthz`. */
  get label(): string {
    return showUrl(this.config.url)
  }
}

function openPool(origin: string): Pool {
  return new UpstreamPool(origin, {
    connect: connectionOpener(),
    keepAliveTimeout: IDLE_CONNECTION_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    // A model may think for minutes: the timeout is up to the client.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

/** A connection that fails, or the first one after a time without any, may be that of an engine that took another's place. */
function watchConnections(pool: Pool, engine: EngineWatch): Pool {
  let open = 0
  pool.on('connect', () => {
    open += 1
    if (open === 1) engine.noteFirstConnection()
  })
  pool.on('disconnect', (_origin, _targets, error) => {
    open -= 1
    if (isFailure(error)) engine.suspect()
  })
  pool.on('connectionError', () => engine.suspect())
  return pool
}

/** Not: a connection that was idle for long, or whose request was cancelled. */
function isFailure(error: NodeJS.ErrnoException): boolean {
  return error.code === 'UND_ERR_SOCKET' || /^E[A-Z]+$/.test(error.code ?? '')
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
