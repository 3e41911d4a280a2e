import type { Task, TaskResult } from '../sample/types.ts'
import type { Observation, TaskApi } from '../wire/types.ts'
import { classifyEnd, type TaskOutcome } from './classify_end.ts'
import type { ExchangeEnd } from './exchange.ts'
import type { Gateway } from './gateway.ts'
import type { TaskLoad } from './load_meter.ts'
import { findTaskFacts, isKnownModel } from './task_facts.ts'
import { hasSample, toTaskResult } from './task_result.ts'
import type { Upstream } from './upstream.ts'

/** The facts of one task, from its acceptance to its sample. */
export class TaskRecord {
  readonly #gateway: Gateway
  readonly #tenant_id: string | undefined
  readonly api: TaskApi
  /** When the gateway accepted the task: ms of the monotonic clock. The time of a slow upload does not count. */
  accepted_at = performance.now()
  /** How long it was queued for a slot at the engine. */
  queued_ms = 0
  /** Null until one was chosen. */
  upstream: Upstream | null = null
  /** As the request names it; null if it was not read. Then the task is counted, but not sampled. */
  model: string | null = null
  /** False if the request only loads or unloads a model: then it is neither counted nor sampled. */
  is_task = true
  /** Sequences that the engine generates at once for the request. */
  sequences = 1
  /** Null until the request is sent. */
  load: TaskLoad | null = null
  outcome: TaskOutcome = { exit: 'error', error_code: 'gateway_error' }
  seen: Observation | null = null
  #sample: Task | null = null

  constructor(gateway: Gateway, api: TaskApi, tenant_id: string | undefined) {
    this.#gateway = gateway
    this.api = api
    this.#tenant_id = tenant_id
  }

  get sampled(): boolean {
    return this.readable && this.#gateway.telemetry.enabled
  }

  /** If the request names no model, the engine or the configuration must name it: figures without a model are useless. */
  get readable(): boolean {
    if (this.upstream === null || this.model === null) return false
    const { config, identity } = this.upstream
    return (
      this.model !== '' || this.api === 'native.generate' || (config.model_ref ?? identity.weights?.held) !== undefined
    )
  }

  /** The request is sent to the engine: its load counts, and GPU memory is sampled, from now on. */
  markSent(): void {
    const upstream = this.upstream!
    this.load ??= upstream.load.begin(performance.now())
    if (this.sampled) upstream.engine.prepare(this.model!)
    this.#sample ??= this.#openSample(upstream)
  }

  /** The exchange with the engine has ended. */
  finish(end: ExchangeEnd): ExchangeEnd {
    // What answers next may be another server, set otherwise.
    if (end.kind === 'upstream_failed') this.upstream!.usage.forget()
    this.outcome = classifyEnd(end)
    this.seen = end.seen
    return end
  }

  /** Records the task, once, when it has ended. */
  record(): void {
    const { upstream, api, sequences, outcome, seen, accepted_at, queued_ms } = this
    if (upstream === null) return
    const ended_at = performance.now()
    const load = this.load?.end(ended_at, queued_ms > 0, seen?.tokens_out ?? null) ?? null
    const ending = { api, sequences, outcome, seen, accepted_at, ended_at, load }
    const result = toTaskResult(ending)
    const sample = this.#sample ?? this.#openSample(upstream)
    const isTask = this.is_task && !seen?.is_control
    if (isTask && hasSample(ending)) sample?.end(result)
    else sample?.discard()
    if (isTask) this.#count(upstream, result, ended_at - accepted_at)
  }

  #count(upstream: Upstream, result: TaskResult, duration_ms: number): void {
    const { api, model } = this
    const isKnown = model !== null && isKnownModel(upstream, model, result)
    const { metrics, telemetry, updates } = this.#gateway
    metrics.countTask({ upstream, api, model, isKnown, result, duration_ms })
    if (isKnown && !telemetry.enabled) updates.addUnsampled(upstream, model, result)
  }

  #openSample(upstream: Upstream): Task | null {
    if (!this.sampled) return null
    const task = { model: this.model!, tenant_id: this.#tenant_id }
    const { telemetry, updates } = this.#gateway
    const options = { gpu: upstream.gpu, onSample: updates.addSample }
    return telemetry.task((result) => findTaskFacts(upstream, task, result), options)
  }
}
