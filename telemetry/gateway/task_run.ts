import type { Task, Telemetry } from '../sample/types.ts'
import type { Observation, TaskRequest } from '../wire/types.ts'
import type { Candidate } from './admission.ts'
import type { TaskOutcome } from './classify_end.ts'
import type { LoadFacts } from './load_window.ts'
import type { Metrics } from './metrics.ts'
import { findTaskFacts } from './task_facts.ts'
import { toTaskResult } from './task_result.ts'
import type { Upstream } from './upstream.ts'

/** A task as received. */
export interface IncomingTask {
  request: Pick<TaskRequest, 'api' | 'model'>
  /** False if the body could not be read: then the task has a slot and is counted in the metrics, but not sampled. */
  sampled: boolean
  tenant_id: string | undefined
  accepted_at: number
}

/** One task from admission to its sample: its slot at the upstream, its load window, its end. */
export class TaskRun implements Candidate {
  readonly #task: IncomingTask
  readonly #telemetry: Telemetry
  readonly #metrics: Metrics
  readonly #onAdmitted: (run: TaskRun) => void
  readonly upstream: Upstream
  /** Whether the response is streamed; known when its head has arrived. */
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

  /** Acquires a slot at the upstream or queues for one; if the queue is full, the task ends as rejected. */
  acquireSlot(): 'admitted' | 'waiting' | 'refused' {
    const admission = this.upstream.admission.acquire(this)
    this.#waited = admission === 'waiting'
    if (admission === 'refused') this.finish({ exit: 'reject', error_code: 'queue_full' }, null)
    return admission
  }

  onAdmitted(): void {
    if (this.#waited) this.#queued_ms = performance.now() - this.#task.accepted_at
    this.#load = this.upstream.load.open(this.#waited)
    this.#onAdmitted(this)
  }

  /** Called when the request is sent to the engine: GPU memory is sampled from now on. */
  markSent(): void {
    if (this.#task.sampled) this.upstream.engine.prepare(this.#task.request.model)
    this.#open ??= this.#openTask()
  }

  /** Releases the slot without ending the task: nothing was sent, and another upstream takes the task. */
  release(): void {
    this.#ended = true
    this.#load?.close()
    this.upstream.admission.release()
  }

  /** Ends the task, once: releases its slot and records its sample. */
  finish(outcome: TaskOutcome, seen: Observation | null): void {
    if (this.#ended) return
    this.#ended = true
    const ended_at = performance.now()
    const load = this.#load?.close() ?? null
    this.#record(outcome, seen, load, ended_at)
    if (load !== null) this.upstream.admission.release()
    else this.upstream.admission.withdraw(this)
  }

  #record(outcome: TaskOutcome, seen: Observation | null, load: LoadFacts | null, ended_at: number): void {
    const { accepted_at, request } = this.#task
    const ending = { api: request.api, outcome, seen, streamed: this.streamed, accepted_at, ended_at, load }
    const result = toTaskResult({ ...ending, queued_ms: this.#queued_ms })
    const task = this.#open ?? this.#openTask()
    task?.end(result)
    const streamed = result.streamed === true
    this.#metrics.countTask({
      upstream: this.upstream.index,
      api: request.api,
      exit: outcome.exit,
      tokens_in: result.tokens_in,
      tokens_out: result.tokens_out,
      first_token_ms: streamed ? result.first_token_ms : undefined,
      decode_time_ms: streamed ? result.decode_time_ms : undefined,
    })
  }

  #openTask(): Task | null {
    const { sampled, request, tenant_id } = this.#task
    if (!sampled) return null
    const { upstream } = this
    const task = { model: request.model, tenant_id }
    return this.#telemetry.task((result) => findTaskFacts(upstream, task, result), { gpu: upstream.gpu })
  }
}
