import type { EventEmitter } from 'node:events'

/** How an attempt to get a slot ended: with a slot, at once or after a wait; refused by a full queue; or its client left. */
export type Admittance = 'at_once' | 'after_waiting' | 'refused' | 'gone'

/** The slots for tasks in flight at one upstream, given in the order of arrival. 0 means no limit. */
export class Admission {
  readonly #max_concurrency: number
  readonly #max_queue: number
  readonly #queue = new Set<() => void>()
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

  /**
   * Acquires a slot, which the caller must release. Waits for one if none is free and the queue has room, until the client
   * emits `close`.
   */
  acquire(client: EventEmitter): Promise<Admittance> {
    if (this.#in_flight < this.#max_concurrency) {
      this.#in_flight += 1
      return Promise.resolve('at_once')
    }
    if (this.#queue.size >= this.#max_queue) return Promise.resolve('refused')
    return new Promise((resolve) => {
      const admit = () => {
        client.off('close', leave)
        resolve('after_waiting')
      }
      const leave = () => {
        this.#queue.delete(admit)
        resolve('gone')
      }
      client.once('close', leave)
      this.#queue.add(admit)
    })
  }

  /** Releases a slot; the task that has waited longest gets it. */
  release(): void {
    const [next] = this.#queue
    if (next === undefined) {
      this.#in_flight -= 1
      return
    }
    this.#queue.delete(next)
    next()
  }
}
