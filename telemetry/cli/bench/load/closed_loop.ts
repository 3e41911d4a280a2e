/** What a request of the loop was, by ms of the monotonic clock. */
export interface Sent {
  started_at: number
  ended_at: number
  failure: string | null
}

export interface LoopOptions<T extends Sent> {
  /** Streams: how many requests are in flight at any time. */
  concurrency: number
  /** Requests to measure. */
  requests: number
  /** Sends a request; resolves at its end, also if the signal gives it up. Never rejects. */
  send: (signal: AbortSignal) => Promise<T>
  /** Counts what all requests received so far. */
  count: () => number
}

/** The requests of a closed loop. */
export interface LoopResult<T> {
  /** Those that are measured: sent in the steady state, each to its end. */
  measured: T[]
  /** All that were sent: also the first of each stream, and those that kept up the load until the last measured one had ended. */
  all: T[]
  /** The steady state: from the end of the first request of the last stream to the end of the last measured request. */
  from: number
  to: number
  /** How far the count went within it. */
  counted: number
}

/**
 * Keeps so many requests in flight: each stream sends the next as soon as its last has ended. The first request of each stream is the
 * warm-up. The load is kept until the last measured request has ended, so that none of them meets an emptying engine; what is in flight then
 * is given up. Ends at once if a request fails.
 */
export async function runClosedLoop<T extends Sent>(options: LoopOptions<T>): Promise<LoopResult<T>> {
  const loop = new ClosedLoop(options)
  await Promise.all(Array.from({ length: options.concurrency }, () => loop.runStream()))
  return loop.result()
}

class ClosedLoop<T extends Sent> {
  readonly #options: LoopOptions<T>
  readonly #stop = new AbortController()
  readonly #all: T[] = []
  readonly #measured: T[] = []
  #warm = 0
  #begun = 0
  #from: number | null = null
  #to = 0
  #countBefore = 0
  #counted = 0

  constructor(options: LoopOptions<T>) {
    this.#options = options
  }

  async runStream(): Promise<void> {
    await this.#send(false)
    this.#warm++
    if (this.#warm === this.#options.concurrency) this.#begin()
    while (!this.#stop.signal.aborted) await this.#send(this.#from !== null && this.#begun < this.#options.requests)
  }

  result(): LoopResult<T> {
    return {
      measured: this.#measured,
      all: this.#all,
      from: this.#from ?? this.#to,
      to: this.#to,
      counted: this.#counted,
    }
  }

  async #send(isMeasured: boolean): Promise<void> {
    if (isMeasured) this.#begun++
    const { signal } = this.#stop
    const result = await this.#options.send(signal)
    this.#all.push(result)
    const isGivenUp = signal.aborted
    const isFailure = result.failure !== null && !isGivenUp
    if (isFailure || (isMeasured && !isGivenUp)) this.#measured.push(result)
    if (!isGivenUp && (isFailure || this.#measured.length === this.#options.requests)) this.#finish(result.ended_at)
  }

  #begin(): void {
    this.#from = performance.now()
    this.#countBefore = this.#options.count()
  }

  #finish(at: number): void {
    this.#to = at
    this.#counted = this.#options.count() - this.#countBefore
    this.#stop.abort()
  }
}
