import type { Observation } from '../wire/types.ts'
import { classifyEnd, type TaskOutcome } from './classify_end.ts'
import type { ExchangeEnd, ExchangeParties } from './exchange.ts'
import type { Upstream } from './upstream.ts'

/** The age at which a task whose events no client is reading is ended as cancelled. */
const FORGET_AFTER_MS = 600_000
const MAX_OPEN_TASKS = 10_000

/** A task that was created at its engine. */
export interface OrchTask {
  upstream: Upstream
  /** Opens the reader of its events. */
  openReader: ExchangeParties['openReader']
}

/** How a task ended, and what was observed of it. */
export interface OrchTaskEnd {
  outcome: TaskOutcome
  seen: Observation | null
}

interface OpenTask extends OrchTask {
  onEnd: (end: OrchTaskEnd) => void
  opened_at: number
  /** Whether a client is reading its events. */
  followed: boolean
  cancelled: boolean
}

/**
 * The tasks of the llama-orch data plane that were created and have not ended: `POST /v2/tasks` starts the clock,
 * `GET /v2/tasks/{id}/events` brings the tokens. Bounded in number and age.
 */
export class OrchTasks {
  readonly #open = new Map<string, OpenTask>()
  readonly #forget_after_ms: number
  readonly #max_open: number
  #timer: NodeJS.Timeout | null = null

  constructor(bounds: { forget_after_ms?: number; max_open?: number } = {}) {
    this.#forget_after_ms = bounds.forget_after_ms ?? FORGET_AFTER_MS
    this.#max_open = bounds.max_open ?? MAX_OPEN_TASKS
  }

  /** Keeps a task open under its id. Resolves when its events have ended, or it was cancelled or forgotten. */
  untilEnd(id: string, task: OrchTask): Promise<OrchTaskEnd> {
    return new Promise((onEnd) => {
      this.#add(id, { ...task, onEnd, opened_at: performance.now(), followed: false, cancelled: false })
    })
  }

  /** The upstream of a task, for the requests about it; undefined if the task is not known. */
  upstreamOf(id: string): Upstream | undefined {
    return this.#open.get(id)?.upstream
  }

  /** Reads the events of a task, from which its sample is made; null if the task is not known or is being read already. */
  follow(id: string): (Pick<OrchTask, 'openReader'> & { finish: (end: ExchangeEnd) => void }) | null {
    const task = this.#open.get(id)
    if (task === undefined || task.followed) return null
    task.followed = true
    return {
      openReader: task.openReader,
      finish: (end) => this.#finish(id, task.cancelled ? { exit: 'cancel' } : classifyEnd(end), end.seen),
    }
  }

  /** The engine accepted a request to cancel the task. */
  cancel(id: string, end: ExchangeEnd): void {
    const task = this.#open.get(id)
    if (task === undefined || end.status === null || end.status >= 300) return
    task.cancelled = true
    // If its events are being read, they still give the number of tokens.
    if (!task.followed) this.#finish(id, { exit: 'cancel' }, null)
  }

  /** Ends every open task, because the gateway closes. */
  close(): void {
    for (const id of [...this.#open.keys()]) this.#finish(id, { exit: 'error', error_code: 'gateway_shutdown' }, null)
  }

  #add(id: string, task: OpenTask): void {
    this.#finish(id, { exit: 'error', error_code: 'task_id_reused' }, null)
    const [oldest] = this.#open.keys()
    if (this.#open.size >= this.#max_open && oldest !== undefined) this.#forget(oldest)
    this.#open.set(id, task)
    this.#schedule()
  }

  #finish(id: string, outcome: TaskOutcome, seen: Observation | null): void {
    const task = this.#open.get(id)
    if (task === undefined) return
    this.#open.delete(id)
    task.onEnd({ outcome, seen })
  }

  #forget(id: string): void {
    this.#finish(id, { exit: 'cancel', error_code: 'events_not_read' }, null)
  }

  /** A timer only while a task is open; it never keeps the process alive. */
  #schedule(): void {
    if (this.#timer !== null) return
    const [oldest] = this.#open.values()
    if (oldest === undefined) return
    const wait = Math.max(1, oldest.opened_at + this.#forget_after_ms - performance.now())
    this.#timer = setTimeout(() => this.#forgetOld(), wait).unref()
  }

  #forgetOld(): void {
    this.#timer = null
    const limit = performance.now() - this.#forget_after_ms
    for (const [id, task] of this.#open) {
      if (task.opened_at > limit) break
      if (task.followed) continue
      this.#forget(id)
    }
    this.#schedule()
  }
}
