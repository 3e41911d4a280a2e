import type { Task, Telemetry } from '../sample/types.ts'
import { toModelRef } from '../wire/model_ref.ts'
import type { Observation, TaskRequest } from '../wire/types.ts'
import type { Candidate } from './admission.ts'
import type { TaskOutcome } from './classify_end.ts'
import type { LoadFacts } from './load_window.ts'
import type { Metrics } from './metrics.ts'
import { toTaskResult } from './task_result.ts'
import type { Upstream } from './upstream.ts'

/** A task as it came in. */
export interface IncomingTask {
  request: Pick<TaskRequest, 'api' | 'model'>
  /** False if the body could not be read: then the task has a place and is counted, and is no sample. */
  sampled: boolean
  tenant_id: string | undefined
  accepted_at: number
}

/** One task from the door to its sample: its place at the upstream, its load window, its one end. */
export class TaskRun implements Candidate {
  readonly #task: IncomingTask
  readonly #telemetry: Telemetry
  readonly #metrics: Metrics
  readonly #onAdmitted: (run: TaskRun) => void
  readonly upstream: Upstream
  /** Whether the answer comes piece by piece; known when its head is there. */
  streamed = false
  #queued_ms = 0
  #load: { close: () => LoadFacts } | null = null
  #open: Task | null = null
  #waited = false
  #ended = false

  constructor(
    task: IncomingTask,
    upstream: Upstream,
    services: { telemetry: Telemetry; metrics: Metrics; onAdmitted: (run: TaskRun) => void },
  ) {
    this.#task = task
    this.upstream = upstream
    this.#telemetry = services.telemetry
    this.#metrics = services.metrics
    this.#onAdmitted = services.onAdmitted
  }

  /** Asks for a place at the upstream; where there is none and no queue either, the task ends as rejected. */
  acquireSlot(): 'admitted' | 'waiting' | 'refused' {
    const verdict = this.upstream.admission.acquire(this)
    this.#waited = verdict === 'waiting'
    if (verdict === 'refused') this.finish({ exit: 'reject', error_code: 'queue_full' }, null)
    return verdict
  }

  onAdmitted(): void {
    if (this.#waited) this.#queued_ms = performance.now() - this.#task.accepted_at
    this.#load = this.upstream.load.open(this.#waited)
    this.#onAdmitted(this)
  }

  /** The request goes out to the engine: memory is watched from now on. */
  markSent(): void {
    this.#open ??= this.#openTask()
  }

  /** Leaves the upstream without an end: nothing was sent, and another upstream takes the task. */
  release(): void {
    this.#ended = true
    this.#load?.close()
    this.upstream.admission.release()
  }

  /** Ends the task: its place is free, its sample recorded, once. */
  finish(verdict: TaskOutcome, seen: Observation | null): void {
    if (this.#ended) return
    this.#ended = true
    const ended_at = performance.now()
    const load = this.#load?.close() ?? null
    this.#record(verdict, seen, load, ended_at)
    if (load !== null) this.upstream.admission.release()
    else this.upstream.admission.withdraw(this)
  }

  #record(verdict: TaskOutcome, seen: Observation | null, load: LoadFacts | null, ended_at: number): void {
    const { accepted_at, request } = this.#task
    const ending = { api: request.api, verdict, seen, streamed: this.streamed, accepted_at, ended_at, load }
    const result = toTaskResult({ ...ending, queued_ms: this.#queued_ms })
    const task = this.#open ?? this.#openTask()
    task?.end(result)
    const streamed = result.streamed === true
    this.#metrics.countTask({
      upstream: this.upstream.index,
      api: request.api,
      exit: verdict.exit,
      tokens_in: result.tokens_in,
      tokens_out: result.tokens_out,
      first_token_ms: streamed ? result.first_token_ms : undefined,
      decode_time_ms: streamed ? result.decode_time_ms : undefined,
    })
  }

  #openTask(): Task | null {
    if (!this.#task.sampled) return null
    const { identity, config } = this.upstream
    return this.#telemetry.task({
      model_ref: config.model_ref ?? toModelRef(this.#task.request.model, identity.engine, identity.weights),
      engine: identity.engine,
      engine_version: identity.engine_version,
      quantization: config.quantization ?? identity.quantization,
      gpu_count: config.gpu_count,
      tenant_id: this.#task.tenant_id,
    })
  }
}
