import type { JudgedBatch, RejectedLine } from './judge_batch.ts'

/** The lines of a batch that are to be stored. */
export type BatchLines = Pick<JudgedBatch, 'bytes' | 'lines'>

/** What became of the lines of a batch. */
export interface StoredBatch {
  accepted: number
  /** Samples that this contributor has sent before, as far as the store knows. */
  duplicates: number
  /** Lines that the store does not take, in order. */
  refused: RejectedLine[]
}

/** Where a collector keeps samples. */
export interface BatchStore {
  /** Bytes of batches that are not stored yet. */
  readonly pending_bytes: number
  /** Resolves once the batch is stored. Rejects if it could not be stored as a whole: it may be sent again then. */
  store(contributor: string, batch: BatchLines): Promise<StoredBatch>
  /** How many job ids are held in memory. */
  countIds(): Promise<number>
  /** Rejects with StoreUnavailable while nothing can be stored. */
  check(): Promise<void>
  /** Waits for what is being stored. */
  close(): Promise<void>
}

/** Nothing can be stored now. The message says why, without anything of a sample. */
export class StoreUnavailable extends Error {}
