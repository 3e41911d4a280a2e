import type { MeasurementType } from '../../contracts/index.ts'

/** The load at an upstream during one task. */
export interface LoadFacts {
  measurement_type: MeasurementType
  /** Time-weighted mean of the tasks in flight over the task's life, this one included, as a whole number. */
  concurrency: number
  /** Tokens per second that the upstream streamed to all tasks between this task's first and last token. */
  output_tps?: number
}

/** Below this many pieces per token, pieces hold several tokens, and counting them says no rate of tokens. */
const MIN_PIECES_PER_TOKEN = 0.9

/** Running totals of one upstream: the integral of tasks in flight over time, arrivals, and tokens streamed. */
export class LoadMeter {
  #in_flight = 0
  #arrivals = 0
  #task_ms = 0
  #changed_at = 0
  #tokens = 0

  /** A task was sent to the engine. Times are ms of the monotonic clock. */
  begin(at: number): TaskLoad {
    this.#change(at, 1)
    this.#arrivals += 1
    return new TaskLoad(this, at)
  }

  end(at: number): void {
    this.#change(at, -1)
  }

  /** Tokens streamed so far. */
  get tokens(): number {
    return this.#tokens
  }

  /** Tokens of any task were streamed; returns how many there have been. */
  addTokens(count: number): number {
    this.#tokens += count
    return this.#tokens
  }

  /** The totals up to `at`. */
  read(at: number): LoadTotals {
    const task_ms = this.#task_ms + this.#in_flight * (at - this.#changed_at)
    return { in_flight: this.#in_flight, arrivals: this.#arrivals, task_ms }
  }

  #change(at: number, tasks: number): void {
    this.#task_ms += this.#in_flight * (at - this.#changed_at)
    this.#changed_at = at
    this.#in_flight += tasks
  }
}

interface LoadTotals {
  in_flight: number
  arrivals: number
  task_ms: number
}

/** The load as one task meets it: the difference of the totals between its begin and its end. */
export class TaskLoad {
  readonly #meter: LoadMeter
  readonly #begun: LoadTotals
  readonly #begun_at: number
  #pieces = 0
  #first_at = 0
  #last_at = 0
  #first_total = 0
  #last_total = 0

  constructor(meter: LoadMeter, at: number) {
    this.#meter = meter
    this.#begun = meter.read(at)
    this.#begun_at = at
  }

  /** The engine streamed tokens of this task. */
  addTokens(count: number, at: number): void {
    this.#last_total = this.#meter.addTokens(count)
    this.#last_at = at
    if (this.#pieces === 0) {
      this.#first_total = this.#last_total
      this.#first_at = at
    }
    this.#pieces += count
  }

  /** Ends the task, which must be done once. `waited`: it was queued, so that others affected its time to the first token. */
  end(at: number, waited: boolean, tokens_out: number | null): LoadFacts {
    const { task_ms, arrivals } = this.#meter.read(at)
    this.#meter.end(at)
    const alone = !waited && this.#begun.in_flight === 1 && arrivals === this.#begun.arrivals
    const elapsed_ms = at - this.#begun_at
    const mean = elapsed_ms > 0 ? (task_ms - this.#begun.task_ms) / elapsed_ms : 1
    return {
      measurement_type: alone ? 'single_stream' : 'batched_online',
      concurrency: Math.max(1, Math.round(mean)),
      ...this.#outputRate(tokens_out),
    }
  }

  #outputRate(tokens_out: number | null): { output_tps?: number } {
    const elapsed_ms = this.#last_at - this.#first_at
    if (!(elapsed_ms > 0) || this.#pieces < MIN_PIECES_PER_TOKEN * (tokens_out ?? this.#pieces)) return {}
    return { output_tps: ((this.#last_total - this.#first_total) * 1000) / elapsed_ms }
  }
}
