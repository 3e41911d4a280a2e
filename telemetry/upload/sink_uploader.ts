import { type Clock, clampedWallClock } from '../buffer/clock.ts'
import { addDrops, countDrop } from '../buffer/drop_counts.ts'
import { type Files, FOLDER_MODE } from '../buffer/files.ts'
import { layout } from '../buffer/layout.ts'
import { acquireLock, type Lock } from '../buffer/lock.ts'
import { createSinkState } from '../buffer/reconcile.ts'
import { listSegments, type SizedSegment, sizeSegments } from '../buffer/segments.ts'
import { countTombstones, readSinkState, type SinkState, writeSinkState } from '../buffer/sink_state.ts'
import { countPending } from '../buffer/status.ts'
import { listTombstones } from '../buffer/tombstone.ts'
import type { SinkCounts } from '../buffer/types.ts'
import type { Sink, SinkResult } from '../sinks/types.ts'
import { backoffTime } from './backoff.ts'
import type { Preparation } from './prepare_sample.ts'
import { type Batch, readBatch } from './read_batch.ts'

export interface SinkUploaderOptions {
  sink: Sink
  dir: string
  files: Files
  clock: Clock
  random: () => number
  preparation: Preparation
  warn: (text: string) => void
  /** Whether samples may still be sent. */
  isAllowed: () => boolean
  signal: AbortSignal
}

/**
 * `done`: nothing is left to send; `more`: there may be more to send at once; `later`: samples are pending; `locked`: another
 * process is sending.
 */
export type Outcome = 'done' | 'more' | 'later' | 'locked'

/** Uploads the samples of a buffer to one sink: one batch after the other, in at most one process at a time. */
export class SinkUploader {
  readonly #options: SinkUploaderOptions
  readonly #now: () => number
  #counts: SinkCounts = { sent: 0, waiting: 0, dropped: {}, last_upload: null }
  #failures = 0
  #retry_at = Number.NEGATIVE_INFINITY
  #pending_since: number | null = null
  #max_samples: number
  #idle_folder: string | null = null
  #partial: PartialBatch | null = null

  constructor(options: SinkUploaderOptions) {
    this.#options = options
    this.#now = clampedWallClock(options.clock)
    this.#max_samples = options.sink.max_samples
  }

  counts(): SinkCounts {
    return { ...this.#counts, dropped: { ...this.#counts.dropped } }
  }

  /** Time until the next attempt is due; 0 if it is due now. */
  get pause_ms(): number {
    return Math.max(0, this.#retry_at - this.#options.clock.monotonic())
  }

  /** Sends one batch if it is due, or with `force` everything that is pending. Never rejects. */
  async upload({ force }: { force: boolean }): Promise<Outcome> {
    try {
      if (this.pause_ms > 0) return 'later'
      return await this.#uploadUnlessIdle(force)
    } catch (error) {
      this.#fail(describeFailure(this.#options.dir, error))
      return 'later'
    }
  }

  async #uploadUnlessIdle(force: boolean): Promise<Outcome> {
    const { files, dir, sink } = this.#options
    const segments = await this.#listSegments()
    const folder = segments.map(({ name, bytes, growing }) => `${name} ${bytes} ${growing}`).join()
    if (folder === this.#idle_folder) return 'done'
    if (segments.length === 0) return this.#markIdle(folder)
    if (!force && this.#isStillPartial(segments)) return 'later'
    await files.mkdir(layout.sinks(dir), { recursive: true, mode: FOLDER_MODE })
    const lock = await acquireLock(files, layout.sinkLock(dir, sink.name))
    if (!lock) return 'locked'
    try {
      const outcome = await this.#uploadLocked(lock, force)
      if (outcome === 'done') this.#idle_folder = folder
      return outcome
    } finally {
      await lock.release()
    }
  }

  /** Refreshes the counts of a buffer that holds no segments. */
  async #markIdle(folder: string): Promise<Outcome> {
    const { files, dir, sink } = this.#options
    const state = await readSinkState(files, dir, sink.name)
    if (state) await this.#recount(state, [], null)
    this.#idle_folder = folder
    return 'done'
  }

  /** Whether a batch that was not full when it was read cannot be full yet, and is not due. */
  #isStillPartial(segments: readonly SizedSegment[]): boolean {
    if (!this.#partial || this.#options.clock.monotonic() >= this.#partial.due_at) return false
    return totalBytes(segments) - this.#partial.bytes < this.#partial.missing * SAMPLE_BYTES
  }

  async #uploadLocked(lock: Lock, force: boolean): Promise<Outcome> {
    const state = await this.#loadState()
    if (!state) return 'locked'
    this.#partial = null
    for (;;) {
      const segments = await this.#listSegments()
      const { files, dir, preparation, sink } = this.#options
      const limits = { max_samples: this.#max_samples, max_bytes: sink.max_bytes }
      const batch = await readBatch({ files, dir, segments, preparation }, state, limits)
      const outcome = await this.#process(batch, state, { segments, force })
      if (outcome || !force) {
        await this.#recount(state, segments, outcome ? null : batch)
        return outcome ?? 'more'
      }
      await lock.touch()
    }
  }

  /** null if there may be more to do at once. */
  async #process(batch: Batch, state: SinkState, { segments, force }: UploadPass): Promise<Outcome | null> {
    if (Object.keys(batch.segments).length === 0) return this.#handleEmpty(state)
    if (batch.lines.length === 0) {
      await this.#advance(state, batch)
      return null
    }
    if (!force && !batch.full && !state.in_flight && !this.#isDue(batch, segments)) return 'later'
    state.in_flight = endsOf(batch)
    await this.#save(state, { durable: false })
    if (this.#options.signal.aborted || !this.#options.isAllowed()) return 'later'
    return this.#applyResult(await this.#send(batch), batch, state)
  }

  /** Retention may have removed the batch that was being sent; what follows it has not been read yet. */
  async #handleEmpty(state: SinkState): Promise<Outcome | null> {
    this.#pending_since = null
    if (!state.in_flight) return 'done'
    state.in_flight = null
    // The next run reads the state again, and would miss the same batch again.
    await this.#save(state)
    return null
  }

  #isDue({ lines }: Batch, segments: readonly SizedSegment[]): boolean {
    const now = this.#options.clock.monotonic()
    this.#pending_since ??= now
    const due_at = this.#pending_since + this.#options.sink.interval_ms
    this.#partial = { bytes: totalBytes(segments), missing: this.#max_samples - lines.length, due_at }
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

  async #applyResult(result: SinkResult, batch: Batch, state: SinkState): Promise<Outcome | null> {
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
    this.#pending_since = null
    if (result.kind === 'accepted') this.#countSent(state, samples)
    else this.#countRefused(state, samples, result.why)
    await this.#advance(state, batch)
    return null
  }

  #countSent(state: SinkState, samples: number): void {
    state.sent += samples
    state.last_upload = new Date(this.#options.clock.wall()).toISOString()
    this.#max_samples = Math.min(this.#options.sink.max_samples, this.#max_samples * 2)
  }

  #countRefused(state: SinkState, samples: number, why: string): void {
    countDrop(state.dropped, 'refused_by_sink', samples)
    this.#options.warn(`${endSentence(why)} The samples were dropped and counted as refused_by_sink.`)
  }

  #fail(why: string, after_ms?: number): void {
    const { clock, random, warn } = this.#options
    this.#retry_at = clock.monotonic() + backoffTime(this.#failures, random(), after_ms)
    this.#failures += 1
    warn(`${endSentence(why)} Samples wait in the buffer and are sent when that is possible.`)
  }

  async #advance(state: SinkState, batch: Batch): Promise<void> {
    Object.assign(state.segments, batch.segments)
    addDrops(state.dropped, batch.dropped)
    state.in_flight = null
    await this.#save(state)
  }

  /** null if another process is reconciling the drop counts. */
  async #loadState(): Promise<SinkState | null> {
    const { files, dir, sink } = this.#options
    const tombstones = await listTombstones(files, dir)
    const state = await readSinkState(files, dir, sink.name)
    if (!state) return createSinkState(files, dir, sink.name)
    if (countTombstones(state, tombstones)) await this.#save(state)
    return state
  }

  async #save(state: SinkState, options?: { durable: boolean }): Promise<void> {
    await writeSinkState(this.#options.files, this.#options.dir, this.#options.sink.name, state, options)
  }

  /** Counting what is pending reads the open segments, so it is not done after each of many batches. */
  async #recount(state: SinkState, segments: readonly SizedSegment[], sent: Batch | null): Promise<void> {
    let waiting = Math.max(0, this.#counts.waiting - (sent?.lines.length ?? 0))
    if (!sent || waiting === 0) waiting = await this.#countPending(state, segments)
    this.#counts = { sent: state.sent, waiting, dropped: { ...state.dropped }, last_upload: state.last_upload }
  }

  async #countPending(state: SinkState, segments: readonly SizedSegment[]): Promise<number> {
    let waiting = 0
    for (const segment of segments) waiting += await countPending(this.#options.files, segment, state)
    return waiting
  }

  async #listSegments(): Promise<SizedSegment[]> {
    const { files, dir } = this.#options
    return sizeSegments(files, await listSegments(files, dir), this.#now())
  }
}

/** A batch that was not full when it was read. */
interface PartialBatch {
  /** Of all segments. */
  bytes: number
  /** Samples that would have filled it. */
  missing: number
  due_at: number
}

interface UploadPass {
  segments: readonly SizedSegment[]
  /** Whether to send a batch that is neither full nor due. */
  force: boolean
}

/** A lower bound of the size of a sample in the buffer. */
const SAMPLE_BYTES = 250

function totalBytes(segments: readonly SizedSegment[]): number {
  return segments.reduce((sum, { bytes }) => sum + bytes, 0)
}

function endsOf(batch: Batch): Record<string, number> {
  return Object.fromEntries(Object.entries(batch.segments).map(([id, { offset }]) => [id, offset]))
}

/** Describes an error on this host, before anything was sent. */
function describeFailure(dir: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return message ?? String(error)
  return `${dir}: expected to read samples and to note what was sent, found ${code}. Make the folder writable and see that the disk has room`
}

function endSentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}
