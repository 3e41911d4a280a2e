import { setTimeout } from 'node:timers/promises'
import { type Files, systemFiles } from './files.ts'
import { parseRecord } from './parse_record.ts'
import { openSegment, readPieces, type SegmentPiece } from './read_segment.ts'
import { listSegments, type SizedSegment, sizeSegments } from './segments.ts'
import { readState } from './state.ts'
import type { BufferedRecord } from './types.ts'

/** How far a reader has got: segment id → offset. */
export type ReadPosition = Record<string, number>

export interface ReadOptions {
  /** Where to start; everything if absent. `readSinkPosition` gives the position of a sink. */
  from?: ReadPosition
}

const FOLLOW_MS = 250

/**
 * The records of a buffer, oldest first, without changing it. Segment by segment, so that memory stays small. Samples of several
 * processes come in the order in which their segments were begun.
 */
export async function* readBuffer(dir: string, { from = {} }: ReadOptions = {}): AsyncGenerator<BufferedRecord> {
  yield* readNew(systemFiles, dir, { ...from })
}

/** The same, then the records that are added, until the signal aborts. */
export async function* followBuffer(
  dir: string,
  signal: AbortSignal,
  { from = {} }: ReadOptions = {},
): AsyncGenerator<BufferedRecord> {
  const position = { ...from }
  while (!signal.aborted) {
    for await (const record of readNew(systemFiles, dir, position)) {
      if (signal.aborted) return
      yield record
    }
    // It rejects when the signal aborts, which ends the loop.
    await setTimeout(FOLLOW_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** The end of everything that a buffer holds now: `followBuffer` from there gives only records added later. */
export async function readEndPosition(dir: string): Promise<ReadPosition> {
  const segments = await sizeSegments(systemFiles, await listSegments(systemFiles, dir), Date.now())
  return Object.fromEntries(segments.map(({ id, bytes }) => [id, bytes]))
}

/** How far a sink has got. */
export async function readSinkPosition(dir: string, sink: string): Promise<ReadPosition> {
  const { sinks } = await readState(systemFiles, dir)
  return Object.fromEntries(Object.entries(sinks[sink]?.segments ?? {}).map(([id, { offset }]) => [id, offset]))
}

/** The records after a position; updates the position as they are read. */
async function* readNew(files: Files, dir: string, position: ReadPosition): AsyncGenerator<BufferedRecord> {
  const segments = await sizeSegments(files, await listSegments(files, dir), Date.now())
  for (const segment of segments) {
    if (segment.bytes > (position[segment.id] ?? 0)) yield* readSegment(files, segment, position)
  }
}

async function* readSegment(
  files: Files,
  segment: SizedSegment,
  position: ReadPosition,
): AsyncGenerator<BufferedRecord> {
  const handle = await openSegment(files, segment)
  if (!handle) return
  try {
    for await (const piece of readPieces(handle, segment, position[segment.id] ?? 0)) {
      position[segment.id] = piece.end
      yield toRecord(segment.id, piece)
    }
  } finally {
    await handle.close()
  }
}

function toRecord(segment: string, piece: SegmentPiece): BufferedRecord {
  const { offset, end } = piece
  const bytes = end - offset
  if ('torn' in piece) return { kind: 'unreadable', segment, offset, bytes, why: 'torn: its writer was killed' }
  const parsed = parseRecord(piece.text)
  if (parsed.kind === 'sample') return { kind: 'sample', event: parsed.event, segment, offset }
  return { kind: 'unreadable', segment, offset, bytes, why: parsed.why }
}
