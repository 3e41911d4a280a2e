import type { TelemetryEvent } from '../../contracts/index.ts'

/** Why a sample will never be sent. Closed set: it labels a metric. */
export const DROP_REASONS = [
  'retention_bytes',
  'retention_age',
  'disk_full',
  'disk_error',
  'memory',
  'invalid',
  'unreadable',
  'before_opt_in',
  'opted_out',
  'refused_by_sink',
] as const
export type DropReason = (typeof DROP_REASONS)[number]

export type DropCounts = Partial<Record<DropReason, number>>

/** What one process did with its samples since it started. recorded = written + pending + dropped. */
export interface BufferCounts {
  recorded: number
  written: number
  pending: number
  dropped: DropCounts
}

/**
 * The samples on the host that are still to be sent: append-only JSONL segments in one folder, shared by any number of processes.
 * No method throws to the task that recorded a sample.
 */
export interface SampleBuffer {
  /** Adds a sample; returns at once and does no I/O on the caller's stack. */
  append(event: TelemetryEvent): void
  /** Resolves when all that was appended before is on disk (fsync), or when the deadline has passed. */
  sync(deadline_ms: number): Promise<void>
  counts(): BufferCounts
  /** sync, then closes the files. Later appends are dropped and counted. */
  close(deadline_ms: number): Promise<void>
}

/** A record as stored in the buffer: a sample, or bytes that are not one. */
export type BufferedRecord =
  | { kind: 'sample'; event: TelemetryEvent; segment: string; offset: number }
  | { kind: 'unreadable'; segment: string; offset: number; bytes: number; why: string }

/** How many samples one sink was sent, is still to be sent, and will never be sent. */
export interface SinkCounts {
  sent: number
  waiting: number
  dropped: DropCounts
  /** When a batch was last accepted, RFC 3339 in UTC. */
  last_upload: string | null
}

/** The same with what the sending process has seen since it started. */
export interface UploadCounts extends SinkCounts {
  /** Uploads that failed and are tried again. */
  failures: number
}

/** What `orch telemetry status` shows of the folder, read without changing it. */
export interface BufferStatus {
  dir: string
  exists: boolean
  segments: number
  bytes: number
  oldest: string | null
  newest: string | null
  /** Per sink: sent, waiting, and dropped by reason, over the life of the folder. */
  sinks: Record<string, SinkCounts>
  /** Dropped before they reached the disk or any sink, over the life of the folder. */
  dropped: DropCounts
}
