import { believableClock, type Clock } from '../buffer/clock.ts'
import { addDrops, countDrop } from '../buffer/drop_counts.ts'
import { type Files, FOLDER_MODE } from '../buffer/files.ts'
import { layout } from '../buffer/layout.ts'
import { acquireLock, type Lock } from '../buffer/lock.ts'
import { listSegments, type SizedSegment, sizeSegments } from '../buffer/segments.ts'
import { startSink } from '../buffer/settle.ts'
import { readSinkState, type SinkState, settleTombstones, writeSinkState } from '../buffer/sink_state.ts'
import { countWaiting } from '../buffer/status.ts'
import { listTombstones } from '../buffer/tombstone.ts'
import type { SinkCounts } from '../buffer/types.ts'
import type { Sink, SinkResult } from '../sinks/types.ts'
import { backoffTime } from './backoff.ts'
import type { Preparation } from './prepare_sample.ts'
import { type Batch, readBatch } from './read_batch.ts'

export interface CourierOptions {
  sink: Sink
  dir: string
  files: Files
  clock: Clock
  random: () => number
  preparation: Preparation
  tell: (text: string) => void
  signal: AbortSignal
}

/**
 * `done`: nothing is left to send; `more`: there may be more to send at once; `later`: something waits; `locked`: another
 * process is sending.
 */
export type Outcome = 'done' | 'more' | 'later' | 'locked'

/** Brings the samples of a buffer to one sink: one batch after the other, at most one process at a time. */
export class Courier {
  readonly #options: CourierOptions
  readonly #now: () => number
  #counts: SinkCounts = { sent: 0, waiting: 0, dropped: {}, last_upload: null }
  #failures = 0
  #retry_at = Number.NEGATIVE_INFINITY
  #waiting_since: number | null = null
  #max_samples: number
  #idle_folder: string | null = null
  #gathering: Gathering | null = null

  constructor(options: CourierOptions) {
    this.#options = options
    this.#now = believableClock(options.clock)
    this.#max_samples = options.sink.max_samples
  }

  counts(): SinkCounts {
    return { ...this.#counts, dropped: { ...this.#counts.dropped } }
  }

  /** Milliseconds until the next attempt makes sense; 0 where that is now. */
  get pause(): number {
    return Math.max(0, this.#retry_at - this.#options.clock.monotonic())
  }

  /** Sends one batch if it is due, or with `force` all that waits. Never rejects. */
  async deliver({ force }: { force: boolean }): Promise<Outcome> {
    try {
      if (this.pause > 0) return 'later'
      return await this.#deliver(force)
    } catch (error) {
      this.#fail(describeFailure(this.#options.dir, error))
      return 'later'
    }
  }

  async #deliver(force: boolean): Promise<Outcome> {
    const { files, dir, sink } = this.#options
    const segments = await this.#listSegments()
    const folder = segments.map(({ name, bytes, growing }) => `${name} ${bytes} ${growing}`).join()
    if (folder === this.#idle_folder) return 'done'
    if (segments.length === 0) return this.#rest(folder)
    if (!force && this.#isGathering(segments)) return 'later'
    await files.mkdir(layout.sinks(dir), { recursive: true, mode: FOLDER_MODE })
    const lock = await acquireLock(files, layout.sinkLock(dir, sink.name))
    if (!lock) return 'locked'
    try {
      const outcome = await this.#deliverLocked(lock, force)
      if (outcome === 'done') this.#idle_folder = folder
      return outcome
    } finally {
      await lock.release()
    }
  }

  /** There is nothing to send: only the counts of former times. */
  async #rest(folder: string): Promise<Outcome> {
    const { files, dir, sink } = this.#options
    const state = await readSinkState(files, dir, sink.name)
    if (state) await this.#recount(state, [], null)
    this.#idle_folder = folder
    return 'done'
  }

  /** Whether a batch that was not full when it was read cannot be full yet, and need not leave yet. */
  #isGathering(segments: readonly SizedSegment[]): boolean {
    if (!this.#gathering || this.#options.clock.monotonic() >= this.#gathering.due_at) return false
    return totalBytes(segments) - this.#gathering.bytes < this.#gathering.missing * SAMPLE_BYTES
  }

  async #deliverLocked(lock: Lock, force: boolean): Promise<Outcome> {
    const state = await this.#loadState()
    if (!state) return 'locked'
    this.#gathering = null
    for (;;) {
      const segments = await this.#listSegments()
      const { files, dir, preparation, sink } = this.#options
      const limits = { max_samples: this.#max_samples, max_bytes: sink.max_bytes }
      const batch = await readBatch({ files, dir, segments, preparation }, state, limits)
      const outcome = await this.#handle(batch, state, { segments, force })
      if (outcome || !force) {
        await this.#recount(state, segments, outcome ? null : batch)
        return outcome ?? 'more'
      }
      await lock.touch()
    }
  }

  /** null where there may be more to do at once. */
  async #handle(batch: Batch, state: SinkState, { segments, force }: Pass): Promise<Outcome | null> {
    if (Object.keys(batch.segments).length === 0) return this.#handleNothing(state)
    if (batch.lines.length === 0) {
      await this.#advance(state, batch)
      return null
    }
    if (!force && !batch.full && !state.in_flight && !this.#isDue(batch, segments)) return 'later'
    if (this.#options.signal.aborted) return 'later'
    state.in_flight = endsOf(batch)
    await this.#save(state, { durable: false })
    return this.#conclude(await this.#send(batch), batch, state)
  }

  /** A batch on its way may have been removed by retention since; what came after it has not been looked at yet. */
  async #handleNothing(state: SinkState): Promise<Outcome | null> {
    this.#waiting_since = null
    if (!state.in_flight) return 'done'
    state.in_flight = null
    // The next round reads the state again, and would find the same batch gone.
    await this.#save(state)
    return null
  }

  #isDue({ lines }: Batch, segments: readonly SizedSegment[]): boolean {
    const now = this.#options.clock.monotonic()
    this.#waiting_since ??= now
    const due_at = this.#waiting_since + this.#options.sink.interval_ms
    this.#gathering = { bytes: totalBytes(segments), missing: this.#max_samples - lines.length, due_at }
    return now >= due_at
  }

  async #send(batch: Batch): Promise<SinkResult> {
    const { idempotency_key, lines } = batch
    try {
      return await this.#options.sink.send({ idempotency_key, lines }, this.#options.signal)
    } catch (error) {
      return { kind: 'retry', why: error instanceof Error ? error.message : String(error) }
    }
  }

  async #conclude(result: SinkResult, batch: Batch, state: SinkState): Promise<Outcome | null> {
    const samples = batch.lines.length
    if (result.kind === 'retry') {
      if (!this.#options.signal.aborted) this.#fail(result.why, result.after_ms)
      return 'later'
    }
    if (result.kind === 'split' && samples > 1) {
      this.#max_samples = Math.ceil(samples / 2)
      state.in_flight = null
      return null
    }
    this.#failures = 0
    this.#waiting_since = null
    if (result.kind === 'accepted') this.#accept(state, samples)
    else this.#refuse(state, samples, result.why)
    await this.#advance(state, batch)
    return null
  }

  #accept(state: SinkState, samples: number): void {
    state.sent += samples
    state.last_upload = new Date(this.#options.clock.wall()).toISOString()
    this.#max_samples = Math.min(this.#options.sink.max_samples, this.#max_samples * 2)
  }

  #refuse(state: SinkState, samples: number, why: string): void {
    countDrop(state.dropped, 'refused_by_sink', samples)
    this.#options.tell(`${endSentence(why)} The samples were dropped and counted as refused_by_sink.`)
  }

  #fail(why: string, after_ms?: number): void {
    const { clock, random, tell } = this.#options
    this.#retry_at = clock.monotonic() + backoffTime(this.#failures, random(), after_ms)
    this.#failures += 1
    tell(`${endSentence(why)} Samples wait in the buffer and are sent when that is possible.`)
  }

  async #advance(state: SinkState, batch: Batch): Promise<void> {
    Object.assign(state.segments, batch.segments)
    addDrops(state.dropped, batch.dropped)
    state.in_flight = null
    await this.#save(state)
  }

  /** null where another process has to come to an end first. */
  async #loadState(): Promise<SinkState | null> {
    const { files, dir, sink } = this.#options
    const tombstones = await listTombstones(files, dir)
    const state = await readSinkState(files, dir, sink.name)
    if (!state) return startSink(files, dir, sink.name)
    if (settleTombstones(state, tombstones)) await this.#save(state)
    return state
  }

  async #save(state: SinkState, options?: { durable: boolean }): Promise<void> {
    await writeSinkState(this.#options.files, this.#options.dir, this.#options.sink.name, state, options)
  }

  /** Counting what waits reads the open segments: not after each of many batches. */
  async #recount(state: SinkState, segments: readonly SizedSegment[], sent: Batch | null): Promise<void> {
    let waiting = Math.max(0, this.#counts.waiting - (sent?.lines.length ?? 0))
    if (!sent || waiting === 0) waiting = await this.#countWaiting(state, segments)
    this.#counts = { sent: state.sent, waiting, dropped: { ...state.dropped }, last_upload: state.last_upload }
  }

  async #countWaiting(state: SinkState, segments: readonly SizedSegment[]): Promise<number> {
    let waiting = 0
    for (const segment of segments) waiting += await countWaiting(this.#options.files, segment, state)
    return waiting
  }

  async #listSegments(): Promise<SizedSegment[]> {
    const { files, dir } = this.#options
    return sizeSegments(files, await listSegments(files, dir), this.#now())
  }
}

/** A batch that was not full when it was read. */
interface Gathering {
  /** Of all segments. */
  bytes: number
  /** Samples that would have filled it. */
  missing: number
  due_at: number
}

interface Pass {
  segments: readonly SizedSegment[]
  /** Whether a batch leaves that is neither full nor due. */
  force: boolean
}

/** Less than what a sample takes in the buffer. */
const SAMPLE_BYTES = 250

function totalBytes(segments: readonly SizedSegment[]): number {
  return segments.reduce((sum, { bytes }) => sum + bytes, 0)
}

function endsOf(batch: Batch): Record<string, number> {
  return Object.fromEntries(Object.entries(batch.segments).map(([id, { offset }]) => [id, offset]))
}

/** What went wrong on this host, before a sink was asked. */
function describeFailure(dir: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return message ?? String(error)
  return `${dir}: expected to read samples and to note what was sent, found ${code}. Make the folder writable and see that the disk has room`
}

function endSentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}
