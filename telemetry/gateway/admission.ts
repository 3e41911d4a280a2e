/** A task that asks for a slot of an upstream. */
export interface Candidate {
  /** Called once, when the task has a slot. */
  onAdmitted(): void
}

/** Whether a task has a slot, is queued for one, or is rejected because the queue is full. */
export type AdmissionResult = 'admitted' | 'waiting' | 'refused'

/** The slots for tasks in flight at one upstream, given in the order of arrival. 0 means no limit. */
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

  /** Acquires a slot if one is free (and calls `onAdmitted` at once), else queues the candidate if the queue has room. */
  acquire(candidate: Candidate): AdmissionResult {
    if (this.#in_flight < this.#max_concurrency) {
      this.#admit(candidate)
      return 'admitted'
    }
    if (this.#queue.size >= this.#max_queue) return 'refused'
    this.#queue.add(candidate)
    return 'waiting'
  }

  /** Removes a candidate from the queue. Returns whether it was in the queue. */
  withdraw(candidate: Candidate): boolean {
    return this.#queue.delete(candidate)
  }

  /** Releases the slot of an admitted candidate; the one that has waited longest gets it. */
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
