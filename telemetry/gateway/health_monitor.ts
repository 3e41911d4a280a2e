import { healthPath } from '../engines/health.ts'
import type { EngineIdentity } from '../engines/types.ts'
import { explainError, type Failure } from './explain_failure.ts'
import { Trouble } from './trouble.ts'
import type { Upstream } from './upstream.ts'

/** A check that takes longer counts as failed. */
const CHECK_TIMEOUT_MS = 5_000
/** Failed checks in a row before an upstream counts as down, if a check may have failed by chance. */
const FAILURES_UNTIL_DOWN = 3

/** The dependencies of the monitor. */
export interface HealthDeps {
  interval_s: number
  /** Detects the engine; never throws, and costs no token. */
  detect: (upstream: Upstream) => Promise<EngineIdentity>
  log: (line: string) => void
}

/**
 * Checks the health of every upstream at intervals, on a path that costs no token, and detects its engine at the start and when
 * it is up again. In the background: no request is delayed by it.
 */
export class HealthMonitor {
  readonly #upstreams: readonly Upstream[]
  readonly #deps: HealthDeps
  readonly #failures = new Map<Upstream, number>()
  readonly #troubles: ReadonlyMap<Upstream, Trouble>
  readonly #checking = new Set<Upstream>()
  readonly #abort = new AbortController()
  readonly #timer: NodeJS.Timeout
  /** Resolves when detection has run once for every upstream. */
  readonly detected: Promise<void>

  constructor(upstreams: readonly Upstream[], deps: HealthDeps) {
    this.#upstreams = upstreams
    this.#deps = deps
    this.#troubles = new Map(upstreams.map((upstream) => [upstream, new Trouble(deps.log)]))
    this.#timer = setInterval(() => void this.checkAll(), deps.interval_s * 1000).unref()
    this.detected = Promise.all(upstreams.map((upstream) => this.#identify(upstream))).then(() => {
      for (const upstream of upstreams) if (upstream.identity.engine === 'unknown') void this.#check(upstream)
    })
  }

  async checkAll(): Promise<void> {
    // An engine that is slow to answer is not checked twice at once.
    const free = this.#upstreams.filter((upstream) => !this.#checking.has(upstream))
    await Promise.all(free.map((upstream) => this.#check(upstream)))
  }

  close(): void {
    clearInterval(this.#timer)
    this.#abort.abort()
  }

  async #check(upstream: Upstream): Promise<void> {
    this.#checking.add(upstream)
    const failure = await this.#findFailure(upstream)
    this.#checking.delete(upstream)
    if (this.#abort.signal.aborted) return
    if (failure === null) return this.#noteAlive(upstream)
    const failures = (this.#failures.get(upstream) ?? 0) + 1
    this.#failures.set(upstream, failures)
    if (!failure.certain && failures < FAILURES_UNTIL_DOWN) return
    upstream.healthy = false
    this.#troubles.get(upstream)!.note(`upstream ${upstream.index} (${upstream.label}) is down: ${failure.text}`)
  }

  async #noteAlive(upstream: Upstream): Promise<void> {
    const wasGone = (this.#failures.get(upstream) ?? 0) > 0
    this.#failures.set(upstream, 0)
    this.#troubles.get(upstream)!.end(`upstream ${upstream.index} (${upstream.label}) is up again`)
    upstream.healthy = true
    if (wasGone || upstream.identity.engine === 'unknown') await this.#identify(upstream)
  }

  /** Null if the engine answers with a status below 500: a 404 only means that it lacks the path. */
  async #findFailure(upstream: Upstream): Promise<Failure | null> {
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(CHECK_TIMEOUT_MS)])
    try {
      const path = upstream.pathOf(healthPath(upstream.identity.engine))
      const { statusCode, body } = await upstream.pool.request({ method: 'GET', path, signal })
      await body.dump()
      return statusCode < 500 ? null : { text: `its health check answers ${statusCode}`, certain: false }
    } catch (error) {
      return explainError(error)
    }
  }

  async #identify(upstream: Upstream): Promise<void> {
    const before = upstream.identity
    const found = await this.#deps.detect(upstream)
    if (this.#abort.signal.aborted) return
    // An engine that is starting up may not report yet what it reported before.
    if (found.engine === 'unknown' && before.engine !== 'unknown') return
    upstream.identity = found
    if (found.engine === before.engine && found.engine_version === before.engine_version) return
    this.#deps.log(`upstream ${upstream.index} (${upstream.label}) is ${found.engine} ${found.engine_version}`)
  }
}
