import type { Files } from './files.ts'
import { countRecords } from './read_segment.ts'
import { listSegments, type SizedSegment, sizeSegments } from './segments.ts'
import { type BufferState, countRemoved, updateState } from './state.ts'
import type { DropReason } from './types.ts'

export interface RetentionLimits {
  max_bytes: number
  max_age_ms: number
  /** Bytes that are about to be added. */
  reserve_bytes: number
}

/** The least that a file occupies on the disk, so that many small files count as what they occupy. */
const BLOCK_BYTES = 4096
const DAY_MS = 86_400_000

interface Chosen {
  segment: SizedSegment
  reason: DropReason
}

/**
 * Deletes the oldest segments of all processes until the rest keeps the limits, and counts their samples as dropped. Segments that
 * a living process writes to are kept.
 *
 * @param wall_ms the clamped wall clock
 */
export async function enforceRetention(
  files: Files,
  dir: string,
  limits: RetentionLimits,
  wall_ms: number,
): Promise<void> {
  const choose = async (state?: BufferState) => {
    const segments = await sizeSegments(files, await listSegments(files, dir, state), wall_ms)
    return chooseSegments(files, segments, limits, wall_ms)
  }
  if ((await choose()).length === 0) return
  await updateState(files, dir, async (state) => {
    // Another process may have removed some of them meanwhile.
    for (const { segment, reason } of await choose(state)) {
      const records = segment.records ?? (await countRecords(files, segment, 0))
      countRemoved(state, segment.id, records, reason)
    }
  })
}

async function chooseSegments(
  files: Files,
  segments: readonly SizedSegment[],
  limits: RetentionLimits,
  wall_ms: number,
): Promise<Chosen[]> {
  let total = segments.reduce((sum, segment) => sum + sizeOnDisk(segment), limits.reserve_bytes)
  const chosen: Chosen[] = []
  for (const segment of segments) {
    const reason = segment.growing ? null : chooseReason(total, await ageOf(files, segment, wall_ms), limits)
    if (!reason) continue
    chosen.push({ segment, reason })
    total -= sizeOnDisk(segment)
  }
  return chosen
}

function chooseReason(total: number, age_ms: number, limits: RetentionLimits): DropReason | null {
  if (age_ms > limits.max_age_ms) return 'retention_age'
  return total > limits.max_bytes ? 'retention_bytes' : null
}

function sizeOnDisk({ bytes }: SizedSegment): number {
  return Math.max(bytes, BLOCK_BYTES)
}

/**
 * Time since the segment was last changed, leaving out times in the future. If all of them are in the future, the clock was
 * wrong then or is now: the file gets the present time and ages from there.
 */
async function ageOf(files: Files, segment: SizedSegment, wall_ms: number): Promise<number> {
  const past = [segment.created_ms, segment.modified_ms].filter((time) => time <= wall_ms + DAY_MS)
  if (past.length > 0) return wall_ms - Math.max(...past)
  await files.utimes(segment.path, wall_ms / 1000, wall_ms / 1000)
  return 0
}
