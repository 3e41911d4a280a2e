import type { TimingSource } from '../../contracts/index.ts'
import { TelemetryEvent } from '../../contracts/telemetry_event.ts'
import type { BufferCounts, SampleBuffer, UploadCounts } from '../buffer/types.ts'
import { withTimeout } from '../buffer/with_timeout.ts'
import type { Consent } from '../config/consent_types.ts'
import type { GpuMonitor, GpuView } from '../gpu/types.ts'
import { buildSample } from './build_sample.ts'
import { MeasuredTask, type TaskOwner } from './task.ts'
import type { TenantNames } from './tenant_names.ts'
import type { LateFacts, Task, TaskFacts, TaskOptions, TaskResult, Telemetry, TelemetrySnapshot } from './types.ts'

/** Sends what is buffered; see telemetry/upload. */
export interface SampleUploader {
  flush(deadline_ms: number): Promise<unknown>
  counts(): Record<string, UploadCounts>
  close(deadline_ms: number): Promise<unknown>
}

export interface RecorderParts {
  consent: Consent
  buffer: SampleBuffer
  buffer_dir: string
  /** null if no sink is configured. */
  uploader: SampleUploader | null
  gpu: GpuMonitor
  /** Whether close() also closes the monitor. */
  owns_gpu: boolean
  tenants: TenantNames
  host_id: string
  timing_source: TimingSource
  /** Monotonic clock in ms. */
  now: () => number
  /** Wall clock in ms since 1970. */
  wallClock: () => number
  newJobId: () => string
  /** Warns once for each kind of problem. */
  warn: (text: string) => void
}

/** The emitter used while telemetry is on: measures tasks and adds their samples to the buffer. No method throws to a task. */
export class SampleRecorder implements Telemetry {
  readonly enabled = true
  readonly #parts: RecorderParts
  readonly #owner: TaskOwner
  readonly #gpu: GpuView
  /** Samples whose facts are still being asked for. */
  readonly #late = new Set<Promise<void>>()
  #openTasks = 0
  #invalid = 0
  #closed: Promise<void> | null = null

  constructor(parts: RecorderParts) {
    this.#parts = parts
    this.#owner = {
      now: parts.now,
      onStart: (task) => this.#start(task),
      onEnd: (task, result) => this.#record(task, result),
    }
    this.#gpu = parts.gpu.select({})
  }

  task(facts: TaskFacts | LateFacts, options: TaskOptions = {}): Task {
    const task = new MeasuredTask(this.#owner, facts, options?.gpu ?? this.#gpu, options?.onSample)
    if (options?.start !== false) task.start()
    return task
  }

  record(event: TelemetryEvent): void {
    const checked = TelemetryEvent.safeParse(event)
    if (!checked.success) {
      const [issue] = checked.error.issues
      this.#countInvalid(`${issue?.path.join('.') || 'sample'}: ${issue?.message}`)
      return
    }
    this.#parts.buffer.append({ ...checked.data, tenant_id: this.#parts.tenants.nameOf(checked.data.tenant_id) })
  }

  async flush(deadline_ms: number): Promise<void> {
    const until = this.#parts.now() + deadline_ms
    await this.#attempt('flush', async () => {
      await this.#awaitLate(deadline_ms)
      await this.#parts.buffer.sync(this.#remaining(until))
      await this.#parts.uploader?.flush(this.#remaining(until))
    })
  }

  close(deadline_ms: number): Promise<void> {
    this.#closed ??= this.#closeOnce(deadline_ms)
    return this.#closed
  }

  snapshot(): TelemetrySnapshot {
    const { consent, buffer_dir, buffer, uploader } = this.#parts
    const samples = addInvalid(buffer.counts(), this.#invalid)
    return { consent, buffer_dir, open_tasks: this.#openTasks, samples, sinks: uploader?.counts() ?? {} }
  }

  #start(task: MeasuredTask): void {
    this.#openTasks += 1
    try {
      task.vram = task.gpu.openWindow()
    } catch (error) {
      this.#parts.warn(`The memory of the GPU cannot be watched: ${String(error)}`)
    }
  }

  /** A task that ends without having started has no times; it may have been rejected or have failed. */
  #record(task: MeasuredTask, result: TaskResult | null): void {
    if (task.started_at !== null) this.#openTasks -= 1
    try {
      const vram_used_mb_peak = task.vram?.close() ?? null
      if (result === null) return
      const end = { task, result, vram_used_mb_peak, ended_at: this.#parts.wallClock() }
      if (typeof task.facts === 'function') this.#addFound(task.facts(result), end)
      else this.#add(task.facts, end)
    } catch (error) {
      this.#countInvalid(String(error))
    }
  }

  #addFound(found: ReturnType<LateFacts>, end: EndedTask): void {
    if (found instanceof Promise) this.#addLater(found, end)
    else if (found !== null) this.#add(found, end)
  }

  #addLater(facts: Promise<TaskFacts | null>, end: EndedTask): void {
    const added = facts
      .then((found) => this.#addFound(found, end))
      .catch((error) => this.#countInvalid(String(error)))
      .finally(() => this.#late.delete(added))
    this.#late.add(added)
  }

  #add(facts: TaskFacts, { task, result, vram_used_mb_peak, ended_at }: EndedTask): void {
    const { tenants, host_id, timing_source, newJobId, buffer } = this.#parts
    const tenant_id = tenants.nameOf(facts.tenant_id)
    const gpu = task.gpu.facts()
    const parts = {
      facts,
      result,
      times: task,
      gpu,
      vram_used_mb_peak,
      ended_at,
      tenant_id,
      newJobId,
      // It pairs samples of one machine: that of an engine elsewhere has none that two gateways would agree on.
      host_id: task.gpu.elsewhere ? undefined : host_id,
      timing_source,
    }
    const built = buildSample(parts)
    if ('event' in built) {
      buffer.append(built.event)
      task.onSample?.(built.event)
    } else this.#countInvalid(built.invalid)
  }

  async #awaitLate(ms: number): Promise<void> {
    if (this.#late.size > 0) await withTimeout(ms, Promise.all(this.#late))
  }

  #countInvalid(why: string): void {
    this.#invalid += 1
    this.#parts.warn(`A sample was not recorded. ${why}. Such samples are counted as "invalid".`)
  }

  async #closeOnce(deadline_ms: number): Promise<void> {
    const until = this.#parts.now() + deadline_ms
    await this.#awaitLate(deadline_ms)
    await this.#attempt('flush', () => this.#parts.buffer.sync(this.#remaining(until)))
    await this.#attempt('close', async () => void (await this.#parts.uploader?.close(this.#remaining(until))))
    await this.#attempt('close', () => this.#parts.buffer.close(this.#remaining(until)))
    if (this.#parts.owns_gpu) await this.#attempt('close', () => this.#parts.gpu.close())
  }

  /** Errors of telemetry are warned of and never passed to the caller. */
  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#parts.warn(`Telemetry could not ${what}: ${String(error)}`)
    }
  }

  #remaining(until: number): number {
    return Math.max(0, until - this.#parts.now())
  }
}

/** A task at its end. */
interface EndedTask {
  task: MeasuredTask
  result: TaskResult
  vram_used_mb_peak: number | null
  ended_at: number
}

/** Samples that never reached the buffer count as recorded and dropped, so that the counts add up. */
function addInvalid(counts: BufferCounts, invalid: number): BufferCounts {
  if (invalid === 0) return counts
  const dropped = { ...counts.dropped, invalid: (counts.dropped.invalid ?? 0) + invalid }
  return { ...counts, recorded: counts.recorded + invalid, dropped }
}
