import { healthPath } from '../engines/health.ts'
import { explainError, type Failure } from './explain_failure.ts'
import { Trouble } from './trouble.ts'
import type { Upstream } from './upstream.ts'

/** A check that takes longer counts as failed. */
const CHECK_TIMEOUT_MS = 5_000
/** Failed checks in a row before an upstream counts as down, if a check may have failed by chance. */
const FAILURES_UNTIL_DOWN = 3

/**
 * Checks the health of every upstream at the start and at intervals, and asks its engine who it is, on paths that cost no token.
 * In the background: no request is delayed by it.
 */
export class HealthMonitor {
  readonly #upstreams: readonly Upstream[]
  readonly #failures = new Map<Upstream, number>()
  readonly #troubles: ReadonlyMap<Upstream, Trouble>
  readonly #checking = new Set<Upstream>()
  readonly #abort = new AbortController()
  readonly #timer: NodeJS.Timeout
  /** Resolves when every engine was asked once. */
  readonly detected: Promise<void>

  constructor(upstreams: readonly Upstream[], interval_s: number, log: (line: string) => void) {
    this.#upstreams = upstreams
    this.#troubles = new Map(upstreams.map((upstream) => [upstream, new Trouble(log)]))
    this.#timer = setInterval(() => void this.checkAll(), interval_s * 1000).unref()
    this.detected = Promise.all(upstreams.map((upstream) => upstream.identify())).then(() => {
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
    if (!this.#abort.signal.aborted) await this.#note(upstream, failure)
    this.#checking.delete(upstream)
  }

  async #note(upstream: Upstream, failure: Failure | null): Promise<void> {
    if (failure === null) {
      this.#noteAlive(upstream)
      return upstream.identify()
    }
    const failures = (this.#failures.get(upstream) ?? 0) + 1
    this.#failures.set(upstream, failures)
    if (!failure.certain && failures < FAILURES_UNTIL_DOWN) return
    upstream.healthy = false
    this.#troubles.get(upstream)!.note(`${upstream.title} is down: ${failure.text}`)
  }

  #noteAlive(upstream: Upstream): void {
    this.#failures.set(upstream, 0)
    this.#troubles.get(upstream)!.end(`${upstream.title} is up again`)
    upstream.healthy = true
  }

  /** Null if the engine answers with a status below 500: a 404 only means that it lacks the path. */
  async #findFailure(upstream: Upstream): Promise<Failure | null> {
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(CHECK_TIMEOUT_MS)])
    try {
      const path = upstream.pathOf(healthPath(upstream.identity.engine))
      const { statusCode, body } = await upstream.pool.request({
        method: 'GET',
        path,
        headers: upstream.authorize([]),
        signal,
      })
      await body.dump()
      return statusCode < 500 ? null : { text: `its health check answers ${statusCode}`, certain: false }
    } catch (error) {
      return explainError(error)
    }
  }
}
