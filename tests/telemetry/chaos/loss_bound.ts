import type { Ended } from './account_types.ts'
import type { Life } from './life.ts'
import type { RunPlan } from './plan.ts'

/**
 * What the loss window is exceeded by on a machine that does nothing else (a first write takes some ten steps), and how many
 * times the worst stall of a busy one.
 */
const STEPS_MS = 250
const STALLS = 5
/** What a sample takes in the buffer, about. */
const SAMPLE_BYTES = 320

/**
 * How many samples may be missing without having been counted. A process that closes in good order on a sound disk may lose none. A
 * kill takes what was emitted within the loss window, as far as the process itself said that it was still in memory: the
 * newest, for samples are written in order. A disk that refuses adds what waits in memory for it.
 */
export function boundLosses({ plan, lives, stall_ms }: Ended, isThere: (id: string) => boolean): number {
  return lives.reduce((sum, { life }) => sum + boundLife(plan, life, stall_ms, isThere), 0)
}

function boundLife(plan: RunPlan, life: Life, stall_ms: number, isThere: (id: string) => boolean): number {
  const last = life.emissions.at(-1)
  if (!last) return 0
  if (plan.disk !== 'sound') return 1 + last.pending + last.dropped
  if (life.killed_at === null) return 0
  // Each segment that what waits will fill takes steps of its own.
  const segments = 1 + Math.floor((last.pending * SAMPLE_BYTES) / plan.segment_bytes)
  const since = life.killed_at - plan.fsync_ms - STEPS_MS - STALLS * segments * stall_ms
  const before = life.emissions.filter(({ at }) => at < since)
  const recent = life.emissions.length - before.length
  const unwritten = Math.min(recent, 1 + last.pending, countNewestMissing(life, isThere))
  // The last sample was told before it was taken in: where memory was full, one that waited had to go for it.
  const dropped = last.dropped + (last.pending >= plan.max_pending ? 1 : 0)
  // What was dropped within the window may not have been noted yet.
  return unwritten + dropped - (before.at(-1)?.dropped ?? 0)
}

function countNewestMissing({ emissions }: Life, isThere: (id: string) => boolean): number {
  return emissions.length - 1 - emissions.findLastIndex(({ id }) => isThere(id))
}
