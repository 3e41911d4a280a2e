import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TelemetryEvent } from '../../contracts/index.ts'
import { LINE_BYTES } from '../../contracts/limits.ts'
import type { BufferConfig } from '../config/schema.ts'
import { type Clock, clampedWallClock, systemClock } from './clock.ts'
import { countDrop } from './drop_counts.ts'
import { DropRecorder } from './drop_recorder.ts'
import { type Files, systemFiles } from './files.ts'
import { type LineBlock, LineQueue } from './line_queue.ts'
import { SegmentLog } from './segment_log.ts'
import type { BufferCounts, DropCounts, SampleBuffer } from './types.ts'
import { withTimeout } from './with_timeout.ts'
import { classifyWriteError, describeMaintenanceError, describeWriteError, type WriteErrorKind } from './write_error.ts'

export interface BufferOptions extends BufferConfig {
  dir: string
}

export interface BufferDeps {
  /** Called at each failure; the same text for the same kind. */
  warn: (text: string) => void
  /** Whether samples may still be written: not once the operator has opted out. */
  isAllowed?: () => Promise<boolean>
  clock?: Clock
  files?: Files
}

/** The most in one write, so that neither the event loop nor the disk is blocked. */
const WRITE_BYTES = 262_144
/** Samples that arrive within this time are written together, unless the loss window is shorter. */
const GATHER_MS = 100
const RETRY_FIRST_MS = 100
const RETRY_LAST_MS = 30_000
/** What closing the last segment may take beyond the deadline. */
const CLOSE_MS = 1000
/** How often a closing process tries to save its drop counts. */
const LAST_SAVES = 5
const DAY_MS = 86_400_000

/**
 * Opens the buffer of a folder. Nothing is created and no timer runs before the first sample; then every process writes
 * segments of its own. A sample is on disk at most `fsync_ms` after it was appended: a power cut or kill -9 loses no more than
 * that, unless the disk refuses writes, for then samples stay in memory.
 */
export function openBuffer(options: BufferOptions, deps: BufferDeps): SampleBuffer {
  return new SegmentBuffer(options, deps)
}

class SegmentBuffer implements SampleBuffer {
  readonly #options: BufferOptions
  readonly #warn: (text: string) => void
  readonly #isAllowed: () => Promise<boolean>
  readonly #clock: Clock
  readonly #log: SegmentLog
  readonly #recorder: DropRecorder
  readonly #gather_ms: number
  readonly #queue: LineQueue
  readonly #dropped: DropCounts = {}
  #recorded = 0
  #written = 0
  /** How many of the written samples were synced. */
  #synced = 0
  #writing = 0
  /** How many of the recorded samples, counted from the first, are durable or dropped. */
  #finished = 0
  #unsynced_since = 0
  #sync_asked = false
  #write_error: WriteErrorKind | null = null
  #failures = 0
  #closed = false
  #timer: { for: 'write' | 'sync'; handle: NodeJS.Timeout } | null = null
  #work: Promise<void> | null = null

  constructor(
    options: BufferOptions,
    { warn, isAllowed = async () => true, clock = systemClock, files = systemFiles }: BufferDeps,
  ) {
    const { dir, max_bytes, max_age_days, segment_bytes, fsync_ms } = options
    this.#options = options
    this.#warn = warn
    this.#isAllowed = isAllowed
    this.#clock = clock
    this.#gather_ms = Math.min(GATHER_MS, fsync_ms / 5)
    this.#recorder = new DropRecorder(files, dir)
    // At most half of the whole: the oldest half must be deletable while the newest is written.
    const segment_limit = Math.min(segment_bytes, Math.floor(max_bytes / 2))
    this.#queue = new LineQueue(Math.min(WRITE_BYTES, segment_limit))
    this.#log = new SegmentLog({
      files,
      dir,
      writer: randomBytes(4).toString('hex'),
      max_bytes,
      max_age_ms: max_age_days * DAY_MS,
      segment_bytes: segment_limit,
      now: clampedWallClock(clock),
      onError: (error) => warn(describeMaintenanceError(dir, error)),
    })
  }

  append(event: TelemetryEvent): void {
    this.#recorded += 1
    const line = this.#closed ? null : toLine(event)
    if (line === null) {
      countDrop(this.#dropped, this.#closed ? 'memory' : 'invalid', 1)
    } else {
      this.#queue.push(line)
      this.#dropExcess()
    }
    if (this.#timer?.for !== 'write') this.#schedule()
  }

  counts(): BufferCounts {
    const pending = this.#queue.length + this.#writing
    return { recorded: this.#recorded, written: this.#written, pending, dropped: { ...this.#dropped } }
  }

  async sync(deadline_ms: number): Promise<void> {
    const target = this.#recorded
    const until = this.#clock.monotonic() + deadline_ms
    while (this.#finished < target) {
      const left = until - this.#clock.monotonic()
      if (left <= 0) return
      this.#sync_asked = true
      await withTimeout(left, this.#run())
      if (this.#failures > 0) await sleep(Math.min(left, this.#retryTime()))
    }
  }

  async close(deadline_ms: number): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const until = this.#clock.monotonic() + deadline_ms
    await this.sync(deadline_ms)
    const isAllowed = (await withTimeout(CLOSE_MS, this.#isAllowed())) ?? true
    this.#dropQueued(isAllowed)
    await withTimeout(Math.max(CLOSE_MS, until - this.#clock.monotonic()), this.#release(isAllowed))
  }

  #dropQueued(isAllowed: boolean): void {
    const reason = isAllowed ? (this.#write_error ?? 'memory') : 'opted_out'
    countDrop(this.#dropped, reason, this.#queue.dropOldest(this.#queue.length))
  }

  async #release(isAllowed: boolean): Promise<void> {
    this.#cancelTimer()
    await this.#work
    // A write that was under way at the deadline puts back what it could not write.
    this.#dropQueued(isAllowed)
    await this.#log.close().catch((error: unknown) => this.#warnOfWriteError(error))
    for (let left = LAST_SAVES; left > 0 && !(await this.#recorder.save(this.#dropped)); left -= 1)
      await sleep(RETRY_FIRST_MS)
  }

  /** At most one timer, and only while something is to be written or synced. It keeps no process alive. */
  #schedule(): void {
    if (this.#work || this.#closed) return
    this.#cancelTimer()
    const isPending = this.#queue.length > 0 || this.#recorder.isBehind(this.#dropped)
    if (isPending) this.#startTimer('write', this.#failures > 0 ? this.#retryTime() : this.#gather_ms)
    else if (this.#log.unsynced) this.#startTimer('sync', this.#syncTime())
  }

  #startTimer(what: 'write' | 'sync', delay_ms: number): void {
    this.#timer = { for: what, handle: setTimeout(() => void this.#run(), delay_ms).unref() }
  }

  #cancelTimer(): void {
    if (this.#timer) clearTimeout(this.#timer.handle)
    this.#timer = null
  }

  #retryTime(): number {
    return Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** (this.#failures - 1))
  }

  /** A sample is delayed at most once before its write and once before the sync: together the loss window. */
  #syncTime(): number {
    const due = this.#unsynced_since + this.#options.fsync_ms - this.#gather_ms
    return Math.max(0, due - this.#clock.monotonic())
  }

  /** Runs the writer, or joins the one that runs. Never rejects. */
  #run(): Promise<void> {
    this.#cancelTimer()
    this.#work ??= this.#writeAndSync().finally(() => {
      this.#work = null
      this.#schedule()
    })
    return this.#work
  }

  async #writeAndSync(): Promise<void> {
    try {
      await this.#writeQueued()
      if (this.#sync_asked || this.#syncTime() === 0) await this.#sync()
      this.#failures = 0
      this.#write_error = null
    } catch (error) {
      this.#failures += 1
      this.#write_error = classifyWriteError(error)
      this.#warnOfWriteError(error)
    }
    if (!this.#log.unsynced) this.#finished = this.#recorded - this.#queue.length
    await this.#recorder.save(this.#dropped)
  }

  /** Samples appended meanwhile are left to the next run, so that a busy process does not write each one by itself. */
  async #writeQueued(): Promise<void> {
    for (let due = this.#queue.length; due > 0 && this.#queue.length > 0; ) {
      due -= await this.#writeSome()
      if (this.#options.fsync_ms === 0) await this.#sync()
    }
  }

  async #writeSome(): Promise<number> {
    const block = this.#queue.take()!
    this.#writing = block.lines
    let done = 0
    try {
      // Asked after the samples were taken: none of them ended after an opt-out that is not seen yet.
      if (!(await this.#isAllowed())) return this.#dropOptedOut(block)
      const written = await this.#log.append(block.bytes.subarray(block.begin, block.end), block.lines)
      done = written.lines
      block.begin += written.bytes
      block.lines -= done
      if (written.error) throw written.error
      return done
    } finally {
      if (done > 0 && this.#written === this.#synced) this.#unsynced_since = this.#clock.monotonic()
      this.#written += done
      this.#writing = 0
      this.#queue.putBack(block)
      this.#dropExcess()
    }
  }

  /** Drops the oldest: they have had the most time to be written. */
  #dropExcess(): void {
    const excess = this.#queue.length + this.#writing - this.#options.max_pending
    if (excess > 0) countDrop(this.#dropped, this.#write_error ?? 'memory', this.#queue.dropOldest(excess))
  }

  #dropOptedOut(block: LineBlock): number {
    const { lines } = block
    countDrop(this.#dropped, 'opted_out', lines)
    block.lines = 0
    return lines
  }

  async #sync(): Promise<void> {
    this.#sync_asked = false
    this.#synced = this.#written
    await this.#log.sync()
  }

  #warnOfWriteError(error: unknown): void {
    this.#warn(describeWriteError(this.#options.dir, error, this.#options.max_pending))
  }
}

/** Without its end; null if the event cannot be a record: every reader would skip it. */
function toLine(event: TelemetryEvent): string | null {
  try {
    const text = JSON.stringify(event)
    return typeof text === 'string' && text.length < LINE_BYTES ? text : null
  } catch {
    return null
  }
}
