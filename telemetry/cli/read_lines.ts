import { TextDecoder } from 'node:util'
import { LINE_BYTES } from '../../contracts/limits.ts'

const LF = 0x0a
const CR = 0x0d
/** A line of more bytes has more than LINE_BYTES characters: it is too long anyway, and held only so far. */
const MOST_BYTES = 4 * LINE_BYTES
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** A line without its end, and its number counted from 1; `text` is null if its bytes are not UTF-8. */
export interface Line {
  number: number
  text: string | null
}

/**
 * The lines of a stream of bytes, one after the other; holds only the line that is being read in memory, and of one that is too long for a sample the beginning.
 * A line ends with LF, CR LF or CR; a byte order mark at the start is no part of the first.
 */
export async function* readLines(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let number = 0
  for await (const bytes of splitBytes(chunks)) {
    number++
    const start = number === 1 && bytes.subarray(0, 3).equals(BOM) ? BOM.length : 0
    yield { number, text: decode(decoder, bytes.subarray(start)) }
  }
}

/** The bytes of each line. An LF is skipped if a CR has just ended the line, also at the end of the previous chunk. */
async function* splitBytes(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let afterCr = false
  for await (const chunk of chunks) {
    let start = afterCr && chunk[0] === LF ? 1 : 0
    if (chunk.length > 0) afterCr = false
    for (let end = endOfLine(chunk, start); end < chunk.length; end = endOfLine(chunk, start)) {
      yield join(held, chunk.subarray(start, end))
      held = []
      const isCr = chunk[end] === CR
      start = isCr && chunk[end + 1] === LF ? end + 2 : end + 1
      afterCr = isCr && end + 1 === chunk.length
    }
    if (start < chunk.length && sizeOf(held) <= MOST_BYTES) held.push(chunk.subarray(start))
  }
  if (held.length > 0) yield join(held)
}

function sizeOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}

function endOfLine(bytes: Buffer, start: number): number {
  let i = start
  while (i < bytes.length && bytes[i] !== LF && bytes[i] !== CR) i++
  return i
}

function join(held: readonly Buffer[], last?: Buffer): Buffer {
  if (held.length === 0) return last!
  return Buffer.concat(last ? [...held, last] : held)
}

function decode(decoder: TextDecoder, bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}
