import { join } from 'node:path'
import { type Files, listFolder, orNull } from './files.ts'
import { livenessOf } from './process_identity.ts'
import { parseSegmentName, type SegmentName } from './segment_name.ts'
import { type BufferState, readState } from './state.ts'

export interface Segment extends SegmentName {
  name: string
  path: string
}

export interface SizedSegment extends Segment {
  bytes: number
  modified_ms: number
  /** Whether more records may come: its writer lives. */
  growing: boolean
}

/** A writer whose process cannot be seen from here counts as dead if it has not written for this long. */
const FOREIGN_SILENCE_MS = 3_600_000

/**
 * The segments of a folder, oldest first, from their names alone, without those that retention is removing.
 *
 * @param state read if absent; one that cannot be read hides no segment
 */
export async function listSegments(
  files: Files,
  dir: string,
  state?: Pick<BufferState, 'removed'>,
): Promise<Segment[]> {
  const { removed } = state ?? (await readState(files, dir).catch(() => ({ removed: [] as string[] })))
  const names = await listFolder(files, dir)
  return names
    .flatMap((name) => {
      const parsed = parseSegmentName(name)
      return parsed && !removed.includes(parsed.id) ? [{ ...parsed, name, path: join(dir, name) }] : []
    })
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

/** Adds what the file system knows. A segment that was closed or removed meanwhile is left out; the next listing has it. */
export async function sizeSegments(
  files: Files,
  segments: readonly Segment[],
  wall_ms: number,
): Promise<SizedSegment[]> {
  const sized: SizedSegment[] = []
  for (const segment of segments) {
    // Checked before the size: if the writer is dead, the size is final.
    const liveness = segment.records === null ? livenessOf(segment.owner) : 'dead'
    const found = await orNull(files.stat(segment.path))
    if (!found) continue
    const { size: bytes, mtimeMs: modified_ms } = found
    const growing = liveness === 'alive' || (liveness === 'foreign' && wall_ms - modified_ms < FOREIGN_SILENCE_MS)
    sized.push({ ...segment, bytes, modified_ms, growing })
  }
  return sized
}
