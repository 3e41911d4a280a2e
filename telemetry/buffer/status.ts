import { type Files, systemFiles } from './files.ts'
import { countRecords } from './read_segment.ts'
import { listSegments, type SizedSegment, sizeSegments } from './segments.ts'
import { readState, type SinkState } from './state.ts'
import type { BufferStatus, SinkCounts } from './types.ts'

/** What the folder of a buffer holds and what became of its samples, read without changing it. */
export async function readBufferStatus(dir: string): Promise<BufferStatus> {
  const files = systemFiles
  const state = await readState(files, dir)
  const segments = await sizeSegments(files, await listSegments(files, dir, state), Date.now())
  const sinks: Record<string, SinkCounts> = {}
  for (const [name, sink] of Object.entries(state.sinks)) sinks[name] = await countSink(files, sink, segments)
  return {
    dir,
    exists: (await files.stat(dir).catch(() => null)) !== null,
    segments: segments.length,
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    oldest: toTime(segments[0]?.created_ms),
    newest: toTime(segments.length > 0 ? Math.max(...segments.map(({ modified_ms }) => modified_ms)) : undefined),
    sinks,
    dropped: state.dropped,
  }
}

/** The counts of a sink: what is waiting is counted in the segments. */
export async function countSink(
  files: Files,
  { sent, dropped, last_upload, segments: progress }: SinkState,
  segments: readonly SizedSegment[],
): Promise<SinkCounts> {
  let waiting = 0
  for (const segment of segments) waiting += await countPending(files, segment, progress[segment.id])
  return { sent, waiting, dropped, last_upload }
}

/** A closed segment has its count in its name; an open one is read. */
async function countPending(
  files: Files,
  segment: SizedSegment,
  { offset, records } = { offset: 0, records: 0 },
): Promise<number> {
  if (segment.records !== null) return Math.max(0, segment.records - records)
  return segment.bytes > offset ? countRecords(files, segment, offset) : 0
}

function toTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}
