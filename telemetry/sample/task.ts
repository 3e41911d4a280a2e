import { TaskClock, type TaskTimes } from './task_clock.ts'
import type { Task, TaskResult } from './types.ts'

/** The callbacks of a task for its start and its end; neither may throw. */
export interface TaskHooks {
  /** Monotonic clock in ms. */
  now: () => number
  /** Called once, at the first start. */
  onStart: () => void
  /** Called once, at the first end. `result` is null if the task has no sample. */
  onEnd: (result: TaskResult | null, times: TaskTimes) => void
}

/** A task that is being measured. Whatever the order and number of calls, it ends at most once. */
export class MeasuredTask implements Task {
  readonly #hooks: TaskHooks
  readonly #clock: TaskClock
  #state: 'new' | 'started' | 'ended' = 'new'

  constructor(hooks: TaskHooks) {
    this.#hooks = hooks
    this.#clock = new TaskClock(hooks.now)
  }

  start(): void {
    if (this.#state !== 'new') return
    this.#state = 'started'
    this.#clock.start()
    this.#hooks.onStart()
  }

  firstToken(at?: number): void {
    if (this.#state === 'started' && this.#clock.times().first_token_at === null) this.#clock.token(at)
  }

  token(at?: number): void {
    if (this.#state === 'started') this.#clock.token(at)
  }

  end(result: TaskResult): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    // A response that is not streamed arrives when the task ends, and so does its first token.
    if (result?.streamed === false && result.exit === 'ok') this.#markWholeAnswer()
    this.#hooks.onEnd(result, this.#clock.times())
  }

  discard(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#hooks.onEnd(null, this.#clock.times())
  }

  #markWholeAnswer(): void {
    if (this.#clock.times().started_at !== null && this.#clock.times().first_token_at === null) this.#clock.token()
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
