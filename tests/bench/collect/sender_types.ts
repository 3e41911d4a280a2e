import type { BatchOptions } from './batches.ts'

/** What a sender does: prepares batches, so that none of its work falls into the time that is measured, and posts them when told. */
export type Preparation = BatchOptions

export interface Sending {
  port: number
  path: string
  form: 'lines' | 'points'
  token: string
  connections: number
  /** Batches per second, whatever the answers; null posts the next when one is answered. */
  batches_per_s: number | null
  /** Whether what was refused is posted again at the end, until it is taken. */
  again: boolean
}

export interface Sent {
  seconds: number
  /** From when a batch was due until its answer, in ms, of those that were taken. */
  latencies_ms: number[]
  /** Samples by verdict, as the answers say; all of a batch are accepted where the answer says nothing. */
  accepted: number
  rejected: number
  duplicates: number
  /** Answers by status, before what was refused came again. */
  statuses: Record<string, number>
  /** Refusals without a Retry-After, which should be none. */
  without_retry_after: number
  /** Requests without an answer. */
  failed: number
  /** How long posting again took, and how many samples were accepted then. */
  again: { seconds: number; accepted: number; duplicates: number }
}
