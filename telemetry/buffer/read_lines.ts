import type { FileHandle } from 'node:fs/promises'
import { LINE_BYTES } from '../../contracts/limits.ts'
import { countNewlines, NEWLINE } from './newlines.ts'

/** A line of a segment without its newline, or bytes that are too long for one. */
export interface SegmentLine {
  offset: number
  /** Where the next line begins. */
  end: number
  /** null if the line is longer than any record. */
  text: string | null
}

const CHUNK_BYTES = 65_536

/**
 * The lines of an open file from an offset on. What follows the last newline is not a line: its writer is still writing, or died.
 * Holds one chunk and one line in memory, however large the file and its lines.
 *
 * @param chunk_bytes how much is processed before the event loop gets a turn
 */
export async function* readLines(
  handle: FileHandle,
  from: number,
  chunk_bytes = CHUNK_BYTES,
): AsyncGenerator<SegmentLine, number> {
  const chunk = Buffer.allocUnsafe(chunk_bytes)
  let rest: Buffer[] = []
  let restBytes = 0
  let offset = from
  for (let position = from; ; ) {
    const { bytesRead } = await handle.read(chunk, 0, chunk_bytes, position)
    if (bytesRead === 0) return offset
    position += bytesRead
    let begin = 0
    for (let at = chunk.indexOf(NEWLINE); at !== -1 && at < bytesRead; at = chunk.indexOf(NEWLINE, begin)) {
      const bytes = restBytes + at - begin
      const end = offset + bytes + 1
      yield { offset, end, text: bytes > LINE_BYTES ? null : decode(rest, chunk.subarray(begin, at)) }
      begin = at + 1
      offset = end
      rest = []
      restBytes = 0
    }
    // A line without an end is not collected: what is longer than a record is skipped anyway.
    if (restBytes <= LINE_BYTES) rest.push(Buffer.from(chunk.subarray(begin, bytesRead)))
    restBytes += bytesRead - begin
  }
}

function decode(rest: readonly Buffer[], last: Buffer): string {
  return rest.length === 0 ? last.toString('utf8') : Buffer.concat([...rest, last]).toString('utf8')
}

/** How many lines end between an offset and the end of the file, and whether bytes follow the last of them. */
export async function countLines(handle: FileHandle, from: number): Promise<{ lines: number; torn: boolean }> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let lines = 0
  let torn = false
  for (let position = from; ; ) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position)
    if (bytesRead === 0) return { lines, torn }
    position += bytesRead
    lines += countNewlines(chunk, bytesRead)
    torn = chunk[bytesRead - 1] !== NEWLINE
  }
}
