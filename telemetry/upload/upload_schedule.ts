import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../buffer/clock.ts'
import { withTimeout } from '../buffer/with_timeout.ts'
import type { Outcome, SinkUploader } from './sink_uploader.ts'

/** How often the buffer is polled within the batch interval of a sink, and the bounds of the polling interval in ms. */
const POLLS_PER_INTERVAL = 4
const POLL_MIN_MS = 20
const POLL_MAX_MS = 5000
/** Between two batches of a backlog: sending shares the process with tasks, which must not slow down. */
const BACKLOG_PAUSE_MS = 50
/** How long to wait for another process that is sending to the same sink. */
const LOCK_RETRY_MS = 50

/** Runs the uploader of a sink periodically and on demand, never twice at once. Its timer keeps no process alive. */
export class UploadSchedule {
  readonly #uploader: SinkUploader
  readonly #clock: Clock
  readonly #poll_ms: number
  #timer: NodeJS.Timeout | null = null
  #running: Promise<Outcome> | null = null
  #flushes = 0
  #stopped = false

  constructor(uploader: SinkUploader, clock: Clock, interval_ms: number) {
    this.#uploader = uploader
    this.#clock = clock
    this.#poll_ms = Math.min(POLL_MAX_MS, Math.max(POLL_MIN_MS, interval_ms / POLLS_PER_INTERVAL))
    this.#schedule(this.#poll_ms)
  }

  /** True if nothing is left to send. */
  async flush(until: number): Promise<boolean> {
    this.#flushes += 1
    try {
      return await this.#flush(until)
    } finally {
      this.#flushes -= 1
    }
  }

  async #flush(until: number): Promise<boolean> {
    if (this.#running) await withTimeout(this.#remaining(until), this.#running)
    for (;;) {
      if ((await withTimeout(this.#remaining(until), this.#start(true))) === 'done') return true
      if (this.#remaining(until) === 0 || this.#stopped) return false
      await sleep(Math.min(this.#remaining(until), Math.max(LOCK_RETRY_MS, this.#uploader.pause_ms)))
    }
  }

  /** Stops, and waits at most `ms` for the run that is under way. */
  async stop(ms: number): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#running) await withTimeout(ms, this.#running)
  }

  #remaining(until: number): number {
    return Math.max(0, until - this.#clock.monotonic())
  }

  #schedule(delay_ms: number): void {
    if (this.#stopped) return
    const next = (outcome: Outcome) => this.#schedule(outcome === 'more' ? BACKLOG_PAUSE_MS : this.#poll_ms)
    // A flush joins the run that is under way.
    this.#timer = setTimeout(() => void this.#start(this.#flushes > 0).then(next), delay_ms).unref()
  }

  #start(force: boolean): Promise<Outcome> {
    this.#running ??= this.#uploader.upload({ force }).finally(() => {
      this.#running = null
    })
    return this.#running
  }
}
