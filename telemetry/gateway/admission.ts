/** A task on its way into an upstream. */
export interface Candidate {
  /** Called once, when there is a place. */
  onAdmitted(): void
}

/** What became of a candidate at the door. */
export type AdmissionResult = 'admitted' | 'waiting' | 'refused'

/** Places of one upstream, given in the order of arrival. A limit of 0 is none. */
export class Admission {
  readonly #max_concurrency: number
  readonly #max_queue: number
  readonly #queue = new Set<Candidate>()
  #in_flight = 0

  constructor(limits: { max_concurrency: number; max_queue: number }) {
    this.#max_concurrency = limits.max_concurrency > 0 ? limits.max_concurrency : Number.POSITIVE_INFINITY
    this.#max_queue = limits.max_queue
  }

  get in_flight(): number {
    return this.#in_flight
  }

  get waiting(): number {
    return this.#queue.size
  }

  /** Takes a place where there is one (and calls `onAdmitted` at once), else waits, else is refused. */
  acquire(candidate: Candidate): AdmissionResult {
    if (this.#in_flight < this.#max_concurrency) {
      this.#admit(candidate)
      return 'admitted'
    }
    if (this.#queue.size >= this.#max_queue) return 'refused'
    this.#queue.add(candidate)
    return 'waiting'
  }

  /** A waiting candidate goes away; its place in the queue is free. Returns whether it was waiting. */
  withdraw(candidate: Candidate): boolean {
    return this.#queue.delete(candidate)
  }

  /** An admitted candidate is done; the one that waited longest takes its place. */
  release(): void {
    this.#in_flight -= 1
    const [next] = this.#queue
    if (next === undefined || this.#in_flight >= this.#max_concurrency) return
    this.#queue.delete(next)
    this.#admit(next)
  }

  #admit(candidate: Candidate): void {
    this.#in_flight += 1
    candidate.onAdmitted()
  }
}
