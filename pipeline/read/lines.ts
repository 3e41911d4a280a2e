import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FILE_LINES, LINE_BYTES, type Problem, TOO_MANY_LINES } from '../../contracts/index.ts'
import { type PackedFile, unpack } from './unpack.ts'

/** A line that is not blank, without its end. Lines count from 1. */
export interface NumberedLine {
  line: number
  /** Null where it is not UTF-8. */
  text: string | null
  /** That the file has too many lines; then this is the last that is read. */
  problem?: Problem
}

/**
 * The lines of a packed or plain file, blank ones left out. Throws UnpackError before the first one.
 *
 * @param scratch a folder for the unpacked file
 * @param limit most bytes that the file may unpack to
 */
export async function* readFileLines(file: PackedFile, scratch: string, limit?: number): AsyncGenerator<NumberedLine> {
  const target = join(scratch, 'unpacked.jsonl')
  let line = 0
  try {
    for await (const text of readLines(await unpack(file, target, limit))) {
      line++
      if (line > FILE_LINES) {
        yield { line, text: null, problem: TOO_MANY_LINES }
        return
      }
      if (text?.trim() !== '') yield { line, text }
    }
  } finally {
    await rm(target, { force: true })
  }
}

/**
 * The lines of a file without their ends (LF, CR LF or CR); null for a line that is not UTF-8. Holds a piece of the file at a time; of a line
 * longer than any sample it yields the beginning, still too long.
 */
export async function* readLines(path: string): AsyncGenerator<string | null> {
  let rest: Buffer | null = null
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
    const bytes: Buffer = rest === null ? piece : Buffer.concat([rest, piece])
    const whole = endOfLastLine(bytes)
    yield* splitFrom(bytes.subarray(0, whole), rest === null ? startOf(bytes) : 0)
    rest = shorten(bytes.subarray(whole))
  }
  if (rest !== null) yield* splitFrom(rest, 0)
}

const PIECE_BYTES = 262_144
/** A line of more bytes has more than LINE_BYTES characters. */
const MOST_BYTES = 4 * LINE_BYTES + 4

/** The beginning of a line that is too long anyway, with its last byte, which may be a CR. */
function shorten(line: Buffer): Buffer {
  return line.length <= MOST_BYTES ? line : Buffer.concat([line.subarray(0, MOST_BYTES), line.subarray(-1)])
}

/** Behind the last line that has ended. A CR in the last place may be half an end. */
function endOfLastLine(bytes: Buffer): number {
  return Math.max(bytes.lastIndexOf(0x0a), bytes.length < 2 ? -1 : bytes.lastIndexOf(0x0d, bytes.length - 2)) + 1
}

/** Behind a byte order mark. */
function startOf(bytes: Buffer): number {
  return bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
}

function* splitFrom(bytes: Buffer, first: number): Generator<string | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let start = first
  while (start < bytes.length) {
    const end = endOfLine(bytes, start)
    yield decode(decoder, bytes.subarray(start, end))
    start = bytes[end] === 0x0d && bytes[end + 1] === 0x0a ? end + 2 : end + 1
  }
}

function endOfLine(bytes: Buffer, start: number): number {
  let i = start
  while (i < bytes.length && bytes[i] !== 0x0a && bytes[i] !== 0x0d) i++
  return i
}

function decode(decoder: TextDecoder, bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}
