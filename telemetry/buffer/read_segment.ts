import type { FileHandle } from 'node:fs/promises'
import { type Files, orNull } from './files.ts'
import { countLines, readLines, type SegmentLine } from './read_lines.ts'
import type { SizedSegment } from './segments.ts'

/** A piece of a segment: a record's line, or the torn end that a killed writer left. */
export type SegmentPiece = SegmentLine | TornEnd

export interface TornEnd {
  torn: true
  offset: number
  end: number
}

/** The file of a segment; null if it is gone (renamed or removed since it was listed). */
export function openSegment(files: Files, { path }: { path: string }): Promise<FileHandle | null> {
  return orNull(files.open(path, 'r'))
}

/**
 * The pieces of a segment from an offset on. A torn end is a piece only if its writer was killed: a living writer may still
 * complete the line, and a writer that closed its segment has written the record to the next one.
 */
export async function* readPieces(
  handle: FileHandle,
  segment: SizedSegment,
  from: number,
  chunk_bytes?: number,
): AsyncGenerator<SegmentPiece, void> {
  const offset = yield* readLines(handle, from, chunk_bytes)
  if (segment.growing || segment.records !== null) return
  const { size } = await handle.stat()
  if (size > offset) yield { torn: true, offset, end: size }
}

/** The records of a segment from an offset on; a torn end of a killed writer counts as one. */
export async function countRecords(files: Files, segment: SizedSegment, from: number): Promise<number> {
  const handle = await openSegment(files, segment)
  if (!handle) return 0
  try {
    const { lines, torn } = await countLines(handle, from)
    return lines + (torn && !segment.growing && segment.records === null ? 1 : 0)
  } finally {
    await handle.close()
  }
}
