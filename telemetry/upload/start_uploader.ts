import { type Clock, systemClock } from '../buffer/clock.ts'
import { type Files, listFolder, systemFiles } from '../buffer/files.ts'
import { layout } from '../buffer/layout.ts'
import { settleFolder } from '../buffer/settle.ts'
import type { SinkCounts } from '../buffer/types.ts'
import type { Sink } from '../sinks/types.ts'
import { Courier, type CourierOptions } from './courier.ts'
import { Rounds } from './rounds.ts'
import type { Uploader, UploaderDeps, UploaderOptions } from './types.ts'

/** What an attempt that was aborted may take to end. */
const ABORT_MS = 1000
const SETTLE_EVERY_MS = 30_000

/**
 * Sends what lies in a buffer to sinks, in the background: each sink by itself, so that one that stalls holds up no other, and
 * none of them ever holds up a task. Several processes may do so for one folder; they take turns.
 */
export function startUploader(options: UploaderOptions, deps: UploaderDeps = {}): Uploader {
  const { files = systemFiles, clock = systemClock, random = Math.random, warn = () => undefined } = deps
  const abort = new AbortController()
  const settle = settleAtTimes(files, options.dir, clock)
  const deliveries = options.sinks.map((sink) => {
    const courier = new Courier({
      sink,
      dir: options.dir,
      files,
      clock,
      random,
      preparation: prepareFor(sink, options),
      tell: tellOnce(sink.name, warn),
      signal: abort.signal,
    })
    return { sink, courier, rounds: new Rounds(courier, clock, sink.interval_ms, settle) }
  })
  return new RunningUploader(deliveries, abort, clock)
}

interface Delivery {
  sink: Sink
  courier: Courier
  rounds: Rounds
}

class RunningUploader implements Uploader {
  readonly #deliveries: readonly Delivery[]
  readonly #abort: AbortController
  readonly #clock: Clock

  constructor(deliveries: readonly Delivery[], abort: AbortController, clock: Clock) {
    this.#deliveries = deliveries
    this.#abort = abort
    this.#clock = clock
  }

  async flush(deadline_ms: number): Promise<boolean> {
    const until = this.#clock.monotonic() + deadline_ms
    const done = await Promise.all(this.#deliveries.map(({ rounds }) => rounds.flush(until)))
    return done.every(Boolean)
  }

  counts(): Record<string, SinkCounts> {
    return Object.fromEntries(this.#deliveries.map(({ sink, courier }) => [sink.name, courier.counts()]))
  }

  async close(deadline_ms: number): Promise<void> {
    if (deadline_ms > 0) await this.flush(deadline_ms)
    this.#abort.abort()
    await Promise.all(this.#deliveries.map(({ rounds }) => rounds.stop(ABORT_MS)))
    await Promise.all(this.#deliveries.map(({ sink }) => sink.close().catch(() => undefined)))
  }
}

function prepareFor(sink: Sink, { since, key, anonymize_tenants }: UploaderOptions): CourierOptions['preparation'] {
  const since_ms = since === null ? null : Date.parse(since)
  return { form: sink.form, since_ms, key, anonymize_tenants: anonymize_tenants ?? false }
}

function tellOnce(sink: string, warn: (text: string) => void): (text: string) => void {
  const told = new Set<string>()
  return (text) => {
    if (told.has(text)) return
    told.add(text)
    warn(`telemetry sink ${sink}: ${text}`)
  }
}

/** Adds up what retention and lost processes left in small files: where there is any, and not at every round. */
function settleAtTimes(files: Files, dir: string, clock: Clock): () => Promise<void> {
  let due_at = Number.NEGATIVE_INFINITY
  return async () => {
    if (clock.monotonic() < due_at) return
    due_at = clock.monotonic() + SETTLE_EVERY_MS
    try {
      const left = [...(await listFolder(files, layout.dropped(dir))), ...(await listFolder(files, layout.losses(dir)))]
      if (left.length > 0) await settleFolder(files, dir)
    } catch {
      // The counts stay where they are, and are read from there; the next time may do it.
    }
  }
}
