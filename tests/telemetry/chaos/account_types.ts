import type { DropCounts } from '../../../telemetry/buffer/types.ts'
import type { Delivery } from './bad_sink.ts'
import type { Life } from './life.ts'
import type { LifePlan, RunPlan } from './plan.ts'

/** What is known when the last process of a run has ended. */
export interface Ended {
  plan: RunPlan
  dir: string
  lives: { plan: LifePlan; life: Life }[]
  deliveries: readonly Delivery[]
  /** Whether everything that was left was sent to a sound sink at the end. */
  drained: boolean
  /** The worst that the machine itself took for a small write. */
  stall_ms: number
}

/** Where the samples of a run are. */
export interface Account {
  plan: RunPlan
  emitted: number
  /** Different samples that the sink took. */
  at_sink: number
  sent: number
  waiting: number
  dropped: DropCounts
  /** Emitted, and in no other figure. */
  lost: number
  /** What may be lost: emitted within the loss window before a kill, or held in memory because the disk refused. */
  may_be_lost: number
  duplicates: number
  kills: number
  /**
   * By kill, where nothing but the kill can have taken a sample: how long before it the oldest one that is missing was
   * emitted, less `fsync_ms`. Above 0 the loss window was exceeded, by what the machine was late.
   */
  overruns_ms: number[]
  /** What must not be; empty if all is well. */
  faults: string[]
}

/** What lies in the buffer and was not sent. */
export interface Waiting {
  ids: Set<string>
  samples: number
  records: number
}
