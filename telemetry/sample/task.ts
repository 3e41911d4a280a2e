import type { GpuView, VramWindow } from '../gpu/types.ts'
import type { LateFacts, Task, TaskFacts, TaskOptions, TaskResult } from './types.ts'

/** The times of a task, in ms of the monotonic clock; null until they occur. */
export interface TaskTimes {
  readonly started_at: number | null
  readonly first_token_at: number | null
  readonly last_token_at: number | null
  /** Pieces of the response that were seen. */
  readonly pieces: number
}

/** What records tasks; no method may throw. */
export interface TaskOwner {
  /** Monotonic clock in ms. */
  now: () => number
  /** Called once, at the first start. */
  onStart: (task: MeasuredTask) => void
  /** Called once, at the first end. `result` is null if the task has no sample. */
  onEnd: (task: MeasuredTask, result: TaskResult | null) => void
}

/**
 * A task that is being measured, and its clock: the first start, the first token and the latest token count. Whatever the order and
 * number of calls, it ends at most once.
 */
export class MeasuredTask implements Task, TaskTimes {
  readonly #owner: TaskOwner
  readonly facts: TaskFacts | LateFacts
  readonly gpu: GpuView
  readonly onSample: TaskOptions['onSample']
  /** Open while the task runs. */
  vram: VramWindow | null = null
  started_at: number | null = null
  first_token_at: number | null = null
  last_token_at: number | null = null
  pieces = 0
  #ended = false

  constructor(owner: TaskOwner, facts: TaskFacts | LateFacts, gpu: GpuView, onSample?: TaskOptions['onSample']) {
    this.#owner = owner
    this.facts = facts
    this.gpu = gpu
    this.onSample = onSample
  }

  start(): void {
    if (this.#ended || this.started_at !== null) return
    this.started_at = this.#owner.now()
    this.#owner.onStart(this)
  }

  firstToken(at?: number): void {
    if (this.first_token_at === null) this.token(at)
  }

  token(at?: number): void {
    if (this.#ended || this.started_at === null) return
    const time = typeof at === 'number' && Number.isFinite(at) ? at : this.#owner.now()
    this.pieces += 1
    this.first_token_at ??= time
    if (this.last_token_at === null || time > this.last_token_at) this.last_token_at = time
  }

  end(result: TaskResult): void {
    // A response that is not streamed arrives when the task ends, and so does its first token.
    if (result?.streamed === false && result.exit === 'ok') this.firstToken()
    this.#end(result)
  }

  discard(): void {
    this.#end(null)
  }

  #end(result: TaskResult | null): void {
    if (this.#ended) return
    this.#ended = true
    this.#owner.onEnd(this, result)
  }
}

/** The task of an emitter that records nothing. */
export const IDLE_TASK: Task = Object.freeze({
  start() {},
  firstToken() {},
  token() {},
  end() {},
  discard() {},
})
