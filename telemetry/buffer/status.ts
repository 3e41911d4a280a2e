import { addDrops } from './drop_counts.ts'
import { type Files, systemFiles } from './files.ts'
import { listLosses, readLosses } from './loss_file.ts'
import { countRecords } from './read_segment.ts'
import { readLossTotals } from './reconcile.ts'
import { listSegments, type SizedSegment, sizeSegments } from './segments.ts'
import { listSinkStates, missedBy, readSinkState, type SinkState } from './sink_state.ts'
import { listTombstones, type Tombstone } from './tombstone.ts'
import type { BufferStatus, DropCounts, SinkCounts } from './types.ts'

/** What the folder of a buffer holds and what became of its samples, read without changing it. */
export async function readBufferStatus(dir: string): Promise<BufferStatus> {
  const files = systemFiles
  const segments = await sizeSegments(files, await listSegments(files, dir), Date.now())
  const tombstones = await listTombstones(files, dir)
  const sinks = await readSinks(files, dir)
  const counts: Record<string, SinkCounts> = {}
  for (const [name, state] of sinks) counts[name] = await countSink(files, state, segments, tombstones)
  return {
    dir,
    exists: await exists(files, dir),
    segments: segments.length,
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    oldest: toTime(segments[0]?.created_ms),
    newest: toTime(segments.length > 0 ? Math.max(...segments.map(({ modified_ms }) => modified_ms)) : undefined),
    sinks: counts,
    dropped: await countLosses(files, dir, sinks.length === 0 ? tombstones : []),
  }
}

async function readSinks(files: Files, dir: string): Promise<[string, SinkState][]> {
  const sinks: [string, SinkState][] = []
  for (const name of await listSinkStates(files, dir)) {
    const state = await readSinkState(files, dir, name)
    if (state) sinks.push([name, state])
  }
  return sinks
}

async function countSink(
  files: Files,
  state: SinkState,
  segments: readonly SizedSegment[],
  tombstones: readonly Tombstone[],
): Promise<SinkCounts> {
  const dropped = { ...state.dropped }
  addDrops(dropped, missedBy(state, tombstones))
  let waiting = 0
  for (const segment of segments) waiting += await countPending(files, segment, state)
  return { sent: state.sent, waiting, dropped, last_upload: state.last_upload }
}

/** The samples of a segment that a sink has not been sent. A closed segment has its count in its name; an open one is read. */
export async function countPending(files: Files, segment: SizedSegment, state: SinkState): Promise<number> {
  const { offset, records } = state.segments[segment.id] ?? { offset: 0, records: 0 }
  if (segment.records !== null) return Math.max(0, segment.records - records)
  return segment.bytes > offset ? countRecords(files, segment, offset) : 0
}

async function countLosses(files: Files, dir: string, tombstones: readonly Tombstone[]): Promise<DropCounts> {
  const { dropped, settled } = await readLossTotals(files, dir)
  const counts = { ...dropped }
  for (const file of await listLosses(files, dir)) {
    if (!settled.includes(file.name)) addDrops(counts, (await readLosses(files, file)) ?? {})
  }
  for (const { id, reason, records } of tombstones) {
    if (!settled.includes(id)) addDrops(counts, { [reason]: records })
  }
  return counts
}

async function exists(files: Files, dir: string): Promise<boolean> {
  return files.stat(dir).then(
    () => true,
    () => false,
  )
}

function toTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}
