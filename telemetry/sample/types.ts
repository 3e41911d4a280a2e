import type { Exit, MeasurementType, TelemetryEvent, TimingSource } from '../../contracts/index.ts'
import type { BufferCounts, UploadCounts } from '../buffer/types.ts'
import type { Consent } from '../config/consent_types.ts'
import type { GpuView } from '../gpu/types.ts'

/** What is known of a task before it starts. */
export interface TaskFacts {
  model_ref: string
  engine: string
  engine_version: string
  tenant_id?: string
  job_id?: string
  quantization?: string
  gpu_count?: number
}

/** The facts of a task that are known only at its end; null if the task is not to be recorded. */
export type LateFacts = (result: TaskResult) => TaskFacts | null | Promise<TaskFacts | null>

export interface TaskOptions {
  /** False: the caller starts the task. */
  start?: boolean
  /** The GPUs of its engine; those of the host if absent. */
  gpu?: GpuView
  /** Called with the task's sample once it is recorded. */
  onSample?: (sample: TelemetryEvent) => void
}

/** What is known of a task when it ends. Times in ms; a value that was not measured is left out, never 0. */
export interface TaskResult {
  exit: Exit
  tokens_in?: number
  tokens_out?: number
  tokens_in_cached?: number
  /** True if tokens_out was counted from deltas instead of reported by the engine. */
  tokens_estimated?: boolean
  /** Overrides the task's own clock, for times that the engine reported. */
  first_token_ms?: number
  decode_time_ms?: number
  timing_source?: TimingSource
  /** False if the answer came in one piece, so that its first token was not seen by itself. */
  streamed?: boolean
  /** In how many pieces, apart in time, the answer came: for who sees an engine's answer from outside. */
  pieces?: number
  cold_start?: boolean
  speculative?: boolean
  error_code?: string
  measurement_type?: MeasurementType
  concurrency?: number
  /** Tokens per second that the engine streamed to all tasks between this task's first and last token. */
  output_tps?: number
}

/** One task of an orchestrator. Calls in the wrong order or after the end do nothing: telemetry never breaks a task. */
export interface Task {
  /** The task was accepted: the clock of the first token starts. Called by `telemetry.task()` unless `start: false`. */
  start(): void
  /** The first non-empty token arrived. `at` is a time of `performance.now()`, now if absent. */
  firstToken(at?: number): void
  /** Another token arrived; the last one ends the decode time. */
  token(at?: number): void
  /** The task ended: its sample is recorded, once. */
  end(result: TaskResult): void
  /** The task ended, and has no sample. */
  discard(): void
}

/** The counters of an emitter since it started; all zero if telemetry is off. */
export interface TelemetrySnapshot {
  consent: Consent
  /** Folder of the buffer; null if telemetry is off. */
  buffer_dir: string | null
  /** Tasks that started and have not ended. */
  open_tasks: number
  samples: BufferCounts
  /** By the name of the sink. */
  sinks: Record<string, UploadCounts>
}

/** The emitter. Without consent every method does nothing, and nothing is opened. */
export interface Telemetry {
  readonly enabled: boolean
  /** A task, started unless `start: false`. The caller must end it. */
  task(facts: TaskFacts | LateFacts, options?: TaskOptions): Task
  /** Records a sample that was built elsewhere; one that violates the contract is dropped and counted as `invalid`. */
  record(event: TelemetryEvent): void
  /** Sends what is buffered, until the deadline. */
  flush(deadline_ms: number): Promise<void>
  /** `flush`, then closes everything. Tasks that end later are counted as dropped. */
  close(deadline_ms: number): Promise<void>
  /** The counters of this process, for metrics and status. */
  snapshot(): TelemetrySnapshot
}
