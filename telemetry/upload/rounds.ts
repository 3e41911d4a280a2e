import type { Clock } from '../buffer/clock.ts'
import { within } from '../buffer/within.ts'
import type { Courier, Outcome } from './courier.ts'

/** How often the buffer is looked at in the time that a batch may wait, and the bounds of that in ms. */
const LOOKS_PER_INTERVAL = 4
const LOOK_MIN_MS = 20
const LOOK_MAX_MS = 5000
/** Between two batches of a backlog: sending shares the process with tasks that must not notice. */
const PACE_MS = 50
/** How long to wait for another process that is sending to the same sink. */
const LOCKED_MS = 50

/** Sends a courier out again and again, never twice at once. Its timer keeps no process alive. */
export class Rounds {
  readonly #courier: Courier
  readonly #clock: Clock
  readonly #look_ms: number
  readonly #onRest: () => Promise<void>
  #timer: NodeJS.Timeout | null = null
  #under_way: Promise<Outcome> | null = null
  #flushes = 0
  #stopped = false

  /** @param onRest called after each round */
  constructor(courier: Courier, clock: Clock, interval_ms: number, onRest: () => Promise<void>) {
    this.#courier = courier
    this.#clock = clock
    this.#look_ms = Math.min(LOOK_MAX_MS, Math.max(LOOK_MIN_MS, interval_ms / LOOKS_PER_INTERVAL))
    this.#onRest = onRest
    this.#schedule(this.#look_ms)
  }

  /** True where nothing is left to send. */
  async flush(until: number): Promise<boolean> {
    this.#flushes += 1
    try {
      return await this.#flush(until)
    } finally {
      this.#flushes -= 1
    }
  }

  async #flush(until: number): Promise<boolean> {
    await within(this.#left(until), this.#under_way ?? Promise.resolve())
    for (;;) {
      const box: { outcome: Outcome | null } = { outcome: null }
      await within(
        this.#left(until),
        this.#go(true).then((outcome) => {
          box.outcome = outcome
        }),
      )
      if (box.outcome === 'done') return true
      if (this.#left(until) === 0 || this.#stopped) return false
      await within(Math.min(this.#left(until), Math.max(LOCKED_MS, this.#courier.pause)))
    }
  }

  /** Waits for the round that is under way, but not longer than a time. */
  async stop(ms: number): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#under_way) await within(ms, this.#under_way)
  }

  #left(until: number): number {
    return Math.max(0, until - this.#clock.monotonic())
  }

  #schedule(delay_ms: number): void {
    if (this.#stopped) return
    const next = (outcome: Outcome) => this.#schedule(outcome === 'more' ? PACE_MS : this.#look_ms)
    // A flush joins the round that it finds under way.
    this.#timer = setTimeout(() => void this.#go(this.#flushes > 0).then(next), delay_ms).unref()
  }

  #go(force: boolean): Promise<Outcome> {
    this.#under_way ??= this.#round(force).finally(() => {
      this.#under_way = null
    })
    return this.#under_way
  }

  async #round(force: boolean): Promise<Outcome> {
    const outcome = await this.#courier.deliver({ force })
    await this.#onRest()
    return outcome
  }
}
