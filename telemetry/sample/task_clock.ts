/** The times of a task, in ms of the monotonic clock; null until they occur. */
export interface TaskTimes {
  started_at: number | null
  first_token_at: number | null
  last_token_at: number | null
  /** Pieces of the response that were seen. */
  pieces: number
}

/** Collects the times of a task, whatever the order of the calls: keeps the first start, the first token and the latest token. */
export class TaskClock {
  readonly #now: () => number
  readonly #times: TaskTimes = { started_at: null, first_token_at: null, last_token_at: null, pieces: 0 }

  constructor(now: () => number) {
    this.#now = now
  }

  start(): void {
    this.#times.started_at ??= this.#now()
  }

  token(at?: number): void {
    const time = typeof at === 'number' && Number.isFinite(at) ? at : this.#now()
    const times = this.#times
    times.pieces += 1
    times.first_token_at ??= time
    if (times.last_token_at === null || time > times.last_token_at) times.last_token_at = time
  }

  times(): TaskTimes {
    return this.#times
  }
}
