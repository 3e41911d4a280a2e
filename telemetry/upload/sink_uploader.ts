import { type Clock, clampedWallClock } from '../buffer/clock.ts'
import { addDrops, countDrop, subtractDrops } from '../buffer/drop_counts.ts'
import type { Files } from '../buffer/files.ts'
import { layout } from '../buffer/layout.ts'
import { acquireLock, type Lock } from '../buffer/lock.ts'
import { listSegments, type SizedSegment, sizeSegments } from '../buffer/segments.ts'
import { type BufferState, emptySinkState, readState, type SinkState, updateState } from '../buffer/state.ts'
import { countSink } from '../buffer/status.ts'
import type { SinkCounts, UploadCounts } from '../buffer/types.ts'
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
  isAllowed: () => Promise<boolean>
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
  /** Attempts that failed in a row, and in all. */
  #failures = 0
  #failed = 0
  #retry_at = Number.NEGATIVE_INFINITY
  #pending_since: number | null = null
  #max_samples: number
  #idle_folder: string | null = null
  #partial: PartialBatch | null = null
  #isRegistered = false

  constructor(options: SinkUploaderOptions) {
    this.#options = options
    this.#now = clampedWallClock(options.clock)
    this.#max_samples = options.sink.max_samples
  }

  counts(): UploadCounts {
    return { ...this.#counts, dropped: { ...this.#counts.dropped }, failures: this.#failed }
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
    if (segments.length > 0) {
      if (!force && this.#isStillPartial(segments)) return 'later'
      const lock = await acquireLock(files, layout.sinkLock(dir, sink.name))
      if (!lock) return 'locked'
      const outcome = await this.#uploadLocked(lock, force).finally(() => lock.release())
      if (outcome !== 'done') return outcome
    } else await this.#recount(await this.#readState(), [], null)
    this.#idle_folder = folder
    return 'done'
  }

  /** Whether a batch that was not full when it was read cannot be full yet, and is not due. */
  #isStillPartial(segments: readonly SizedSegment[]): boolean {
    if (!this.#partial || this.#options.clock.monotonic() >= this.#partial.due_at) return false
    return totalBytes(segments) - this.#partial.bytes < this.#partial.missing * SAMPLE_BYTES
  }

  async #uploadLocked(lock: Lock, force: boolean): Promise<Outcome> {
    this.#partial = null
    // From now on retention counts what this sink misses.
    if (!this.#isRegistered) await this.#update(() => undefined)
    this.#isRegistered = true
    for (;;) {
      const state = await this.#readState()
      const segments = await this.#listSegments()
      const { files, dir, preparation, sink } = this.#options
      const limits = { max_samples: this.#max_samples, max_bytes: sink.max_bytes }
      const batch = await readBatch({ files, dir, segments, preparation }, state.sink, limits)
      const outcome = await this.#process(batch, state, { segments, force })
      if (outcome || !force) {
        await this.#recount(await this.#readState(), segments, outcome ? null : batch)
        return outcome ?? 'more'
      }
      await lock.touch()
    }
  }

  /** null if there may be more to do at once. */
  async #process(batch: Batch, { sink, removals }: Read, { segments, force }: UploadPass): Promise<Outcome | null> {
    if (Object.keys(batch.segments).length === 0) return this.#handleEmpty(sink)
    const isPartial = !force && !batch.full && !sink.in_flight && batch.lines.length > 0
    if (isPartial && !this.#isDue(batch, segments)) return 'later'
    if (!(await this.#claim(batch, removals))) return null
    if (batch.lines.length === 0) {
      await this.#update((sink) => advance(sink, batch))
      return null
    }
    if (!(await this.#options.isAllowed()) || this.#options.signal.aborted) return 'later'
    return this.#applyResult(await this.#send(batch), batch)
  }

  /** Retention may have removed the batch that was being sent; what follows it has not been read yet. */
  async #handleEmpty({ in_flight }: SinkState): Promise<Outcome | null> {
    this.#pending_since = null
    if (!in_flight) return 'done'
    await this.#update((sink) => {
      sink.in_flight = null
    })
    return null
  }

  /** Records what is about to be sent; false if retention has removed segments since it was read. */
  async #claim({ in_flight }: Batch, removals: number): Promise<boolean> {
    let isCurrent = false
    await this.#update((sink, state) => {
      isCurrent = state.removals === removals
      if (isCurrent) sink.in_flight = { ...in_flight }
    })
    return isCurrent
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

  async #applyResult(result: SinkResult, batch: Batch): Promise<Outcome | null> {
    const samples = batch.lines.length
    if (result.kind === 'retry') {
      if (!this.#options.signal.aborted) this.#fail(result.why, result.after_ms)
      return 'later'
    }
    if (result.kind === 'split' && samples > 1) {
      this.#max_samples = Math.ceil(samples / 2)
      await this.#update((sink) => {
        sink.in_flight = null
      })
      return null
    }
    this.#failures = 0
    this.#pending_since = null
    await this.#update((sink) => {
      if (result.kind === 'accepted') this.#countSent(sink, samples)
      else countDrop(sink.dropped, 'refused_by_sink', samples)
      advance(sink, batch)
    })
    if (result.kind !== 'accepted')
      this.#options.warn(`${endSentence(result.why)} The samples were dropped and counted as refused_by_sink.`)
    return null
  }

  #countSent(sink: SinkState, samples: number): void {
    sink.sent += samples
    sink.last_upload = new Date(this.#options.clock.wall()).toISOString()
    this.#max_samples = Math.min(this.#options.sink.max_samples, this.#max_samples * 2)
  }

  #fail(why: string, after_ms?: number): void {
    const { clock, random, warn } = this.#options
    this.#retry_at = clock.monotonic() + backoffTime(this.#failures, random(), after_ms)
    this.#failures += 1
    this.#failed += 1
    warn(`${endSentence(why)} Samples wait in the buffer and are sent when that is possible.`)
  }

  async #readState(): Promise<Read> {
    const { files, dir, sink } = this.#options
    const state = await readState(files, dir)
    return { sink: state.sinks[sink.name] ?? emptySinkState(), removals: state.removals }
  }

  async #update(change: (sink: SinkState, state: BufferState) => void): Promise<void> {
    const { files, dir, sink } = this.#options
    await updateState(files, dir, (state) => {
      state.sinks[sink.name] ??= emptySinkState()
      change(state.sinks[sink.name]!, state)
    })
  }

  /** Counting what is pending reads the open segments, so it is not done after each of many batches. */
  async #recount({ sink }: Read, segments: readonly SizedSegment[], sent: Batch | null): Promise<void> {
    const waiting = Math.max(0, this.#counts.waiting - (sent?.lines.length ?? 0))
    if (sent && waiting > 0)
      this.#counts = { sent: sink.sent, waiting, dropped: sink.dropped, last_upload: sink.last_upload }
    else this.#counts = await countSink(this.#options.files, sink, segments)
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

/** The state of the sink, and how many segments had been removed when it was read. */
interface Read {
  sink: SinkState
  removals: number
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

/** Moves a sink past a batch. What retention removed and counted meanwhile was dealt with all the same. */
function advance(sink: SinkState, { segments, dropped }: Batch): void {
  for (const [id, { records, removed }] of Object.entries(sink.in_flight ?? {})) {
    if (removed) sink.dropped = subtractDrops(sink.dropped, { [removed]: records })
    else sink.segments[id] = segments[id]!
  }
  addDrops(sink.dropped, dropped)
  sink.in_flight = null
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
