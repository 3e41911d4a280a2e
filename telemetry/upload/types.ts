import type { Clock } from '../buffer/clock.ts'
import type { Files } from '../buffer/files.ts'
import type { UploadCounts } from '../buffer/types.ts'
import type { Sink } from '../sinks/types.ts'

export interface UploaderOptions {
  /** Folder of the buffer. */
  dir: string
  sinks: readonly Sink[]
  /** Samples from before this time (RFC 3339) are never sent: the operator had not agreed yet. null sends all. */
  since: string | null
  /** The local key, for pseudonyms. */
  key: Buffer
  /** Whether tenant ids become pseudonyms in the form `event` too. In the form `export` they always do. */
  anonymize_tenants?: boolean
  /** Patterns of names of models that may leave in the form `export` though the catalogue does not know them. */
  publish_models?: readonly string[]
}

export interface UploaderDeps {
  /** Called at each failure; the same text for the same kind. */
  warn?: (text: string) => void
  /** Whether samples may still be sent: not once the operator has opted out. */
  isAllowed?: () => Promise<boolean>
  clock?: Clock
  files?: Files
  /** From 0 to 1, for the jitter of the back-off. */
  random?: () => number
}

/** Sends what is buffered, in the background. No method throws to a task or delays it. */
export interface Uploader {
  /** Sends what is pending now, until the deadline. True if nothing is left. */
  flush(deadline_ms: number): Promise<boolean>
  /** By the name of the sink, as of its last run. */
  counts(): Record<string, UploadCounts>
  /** `flush`, then closes the sinks. */
  close(deadline_ms: number): Promise<void>
}
