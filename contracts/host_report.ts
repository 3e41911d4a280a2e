import type { ConcurrencyBucket } from './load.ts'

/** What an operator sees of the own host: what `orch telemetry report` and `compare` print, and what the page of `orch ui` reads. */

export const REPORT_KEYS = ['model', 'version', 'concurrency', 'hour'] as const
/** What tells the rows of a report apart, beside the model and the engine. */
export type ReportKey = (typeof REPORT_KEYS)[number]

/** The spans back from now that the page offers, in hours; null is everything. */
export const REPORT_SPANS = { all: null, '24h': 24, '7d': 168, '30d': 720 } as const
export type ReportSpan = keyof typeof REPORT_SPANS

/** The figures of one row. */
export interface ReportRow {
  model_ref: string
  engine: string
  /** null if rows are by model or hour, over all versions. */
  engine_version: string | null
  /** Bucket of requests at once; null unless rows are by concurrency. */
  concurrency: ConcurrencyBucket | null
  /** Hour of the day in UTC, 0 to 23; null unless rows are by hour. */
  hour: number | null
  tasks: number
  ok: number
  cancel: number
  error: number
  reject: number
  /** The codes of failures, most frequent first. */
  error_codes: [code: string, count: number][]
  ttft_ms_p50: number | null
  ttft_ms_p95: number | null
  decode_tps_p5: number | null
  decode_tps_p50: number | null
  output_tps_p50: number | null
  output_tps_p95: number | null
  tokens_in: number
  tokens_out: number
  vram_used_mb_peak: number | null
  vram_total_mb: number | null
  /** Geometric mean of the decode speed in each part of the span, in order; null where nothing was decoded. */
  decode_tps_over_time: (number | null)[]
}

export interface HostReport {
  tasks: number
  /** Records that could not be read. */
  unreadable: number
  /** RFC 3339 */
  from: string
  to: string
  rows: ReportRow[]
}

export const COMPARED = ['decode_tps', 'ttft_ms'] as const
/** What two versions are compared by. */
export type Compared = (typeof COMPARED)[number]

/** A change of one metric from one version, or one span of time, to another. */
export interface Change {
  metric: Compared
  /** Relative change of the geometric mean over shared strata, for example −0.05; null if nothing is shared. */
  change: number | null
  /** Its interval. */
  low: number | null
  high: number | null
  verdict: 'slower' | 'faster' | 'unchanged' | 'unclear'
  /** Tasks in shared strata. */
  tasks_before: number
  tasks_after: number
  /** Further tasks after the change that a verdict needs by this estimate, over at least so many further hours; 0 if there is one. */
  tasks_needed: number
  hours_needed: number
}

/** Two sides of a model on an engine, compared by each metric. */
export interface Comparison {
  model_ref: string
  engine: string
  before: string
  after: string
  changes: Change[]
}

/** What the page reads: a report, and what the last update of each engine did, on the same tasks. */
export type PageReport = HostReport & { comparisons: Comparison[] }

export interface HostStatus {
  telemetry: 'on' | 'local' | 'off'
  /** Folders of the buffer. */
  buffers: readonly string[]
}
