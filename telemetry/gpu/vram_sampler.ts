import type { VramReader, VramReading, VramStream } from './probe_types.ts'
import type { VramWindow } from './types.ts'

/** After so many periods a reading is out of date. */
const FRESH_PERIODS = 3
/** A tool that prints is ended when no task has run for so long. */
const IDLE_MS = 60_000
/** A window that is open for longer is dropped: its task did not close it. */
const FORGOTTEN_MS = 86_400_000

export interface VramSamplerOptions {
  source: VramReader | VramStream
  /** Monotonic clock in ms. */
  now: () => number
  warn: (text: string) => void
}

interface OpenWindow {
  /** Which devices of a reading count, by position. */
  devices: readonly number[]
  opened_at: number
  peak: number | null
}

/**
 * One sampler for all tasks. It reads about once a second while a window is open and not otherwise: no timer and no process
 * is left when nothing runs. None of its timers keeps this process alive.
 */
export class VramSampler {
  readonly #options: VramSamplerOptions
  readonly #windows = new Set<OpenWindow>()
  readonly #period: number
  #last: { reading: VramReading; at: number } | null = null
  #asked_at = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | null = null
  #streaming = false
  #reading = false
  #closed = false

  constructor(options: VramSamplerOptions) {
    this.#options = options
    this.#period = options.source.kind === 'read' ? options.source.interval_ms : 1000
  }

  /** @param devices whose memory counts, by their positions in a reading */
  openWindow(devices: readonly number[]): VramWindow {
    const window: OpenWindow = { devices, opened_at: this.#options.now(), peak: null }
    this.#raiseByLast(window)
    if (!this.#closed) {
      this.#windows.add(window)
      this.#wake()
    }
    return { close: () => this.#closeWindow(window) }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#windows.clear()
    this.#stopTimer()
    await this.#stopStream()
  }

  #closeWindow(window: OpenWindow): number | null {
    if (!this.#windows.delete(window)) return window.peak
    this.#raiseByLast(window)
    if (this.#windows.size === 0) this.#rest()
    return window.peak
  }

  /** Ensures that readings are taken, the first one at once. */
  #wake(): void {
    const { source } = this.#options
    if (source.kind === 'stream') this.#wakeStream(source)
    else this.#wakeReader(source)
  }

  #wakeStream(source: VramStream): void {
    this.#stopTimer()
    if (this.#streaming) return
    this.#streaming = true
    source.start((reading) => this.#note(reading))
  }

  #wakeReader(source: VramReader): void {
    if (this.#options.now() - this.#asked_at >= this.#period) this.#read(source)
    this.#timer ??= setInterval(() => this.#read(source), this.#period).unref()
  }

  #rest(): void {
    this.#stopTimer()
    if (this.#streaming) this.#timer = setTimeout(() => void this.#stopStream(), IDLE_MS).unref()
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #stopStream(): Promise<void> {
    if (!this.#streaming || this.#options.source.kind !== 'stream') return
    this.#streaming = false
    await this.#options.source.stop()
  }

  /** A tool that takes longer than a period is not run a second time meanwhile. */
  #read(source: VramReader): void {
    if (this.#reading) return
    this.#asked_at = this.#options.now()
    try {
      const reading = source.read()
      if (reading instanceof Promise) void this.#await(reading)
      else this.#note(reading)
    } catch (error) {
      this.#explain(error)
    }
  }

  async #await(reading: Promise<VramReading>): Promise<void> {
    this.#reading = true
    try {
      this.#note(await reading)
    } catch (error) {
      this.#explain(error)
    } finally {
      this.#reading = false
    }
  }

  #explain(error: unknown): void {
    this.#options.warn(`The memory of the GPU cannot be read: ${String(error)}`)
  }

  #note(reading: VramReading): void {
    const now = this.#options.now()
    this.#last = { reading, at: now }
    for (const window of this.#windows) {
      if (now - window.opened_at > FORGOTTEN_MS) this.#windows.delete(window)
      else raise(window, reading)
    }
    if (this.#windows.size === 0 && this.#options.source.kind === 'read') this.#stopTimer()
  }

  #raiseByLast(window: OpenWindow): void {
    const last = this.#last
    if (last !== null && this.#options.now() - last.at <= FRESH_PERIODS * this.#period) raise(window, last.reading)
  }
}

/** The memory in use is known only if every device reports it. */
function raise(window: OpenWindow, reading: VramReading): void {
  let sum = 0
  for (const device of window.devices) {
    const mb = reading[device] ?? null
    if (mb === null) return
    sum += mb
  }
  if (window.peak === null || sum > window.peak) window.peak = sum
}
