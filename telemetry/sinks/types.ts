/** Samples to be sent to a sink, in the sink's form, one JSON text per sample. */
export interface SinkBatch {
  /** The same for every attempt at the same samples, so that a receiver can discard a repetition. */
  idempotency_key: string
  lines: readonly string[]
}

/** The outcome of sending a batch. */
export type SinkResult =
  | { kind: 'accepted' }
  /** Try again, not before `after_ms` if the receiver said so. */
  | { kind: 'retry'; why: string; after_ms?: number }
  /** The receiver will never accept it: dropped and counted. */
  | { kind: 'refused'; why: string }
  /** Too large: halve it. A single sample that is too large is refused. */
  | { kind: 'split'; why: string }

/** A destination of samples. */
export interface Sink {
  /** Names its cursor in the buffer and labels its counters: `jsonl`, `http`, `otlp`. */
  name: string
  /** `event`: as recorded; `export`: anonymised as for publication. */
  form: 'event' | 'export'
  max_samples: number
  max_bytes: number
  /** How long sending a batch that is not full may be put off. */
  interval_ms: number
  /** Never throws; stops early when the signal aborts (and then answers `retry`). */
  send(batch: SinkBatch, signal: AbortSignal): Promise<SinkResult>
  close(): Promise<void>
}
