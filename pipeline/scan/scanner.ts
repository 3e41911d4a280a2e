import { LINE_BYTES } from '../../contracts/limits.ts'
import { PROMPT_BUCKETS, promptBucket } from '../../contracts/metrics.ts'
import { GroupCounter, type ScannedGroup } from './group_counter.ts'
import { LineReader } from './line_reader.ts'
import { isConsistent, tokensInOf } from './measure.ts'

/** What a scan makes of a file. */
export interface ScannedFile {
  groups: ScannedGroup[]
  /** The id of each sample, line by line, a newline behind each. */
  ids: Uint8Array<ArrayBuffer>
}

/** More groups than this have no room for a dense counter each. */
const DENSE_GROUPS = 500

/** Configurations that a scanner keeps from file to file. */
const MOST_CONFIGURATIONS = 5000

/** Bytes that are scanned at once: as many as stay in a processor's cache. */
const CHUNK_BYTES = 1_000_000
/** Room for a line that goes on in the next chunk, and behind it for comparing texts with what may be its end. */
const INPUT_BYTES = CHUNK_BYTES + 2 * LINE_BYTES

const NEWLINE = 10
const RETURN = 13

/** Lines alike in every dictionary member, in groups by prompt size. */
interface Configuration {
  texts: Int32Array
  byKey: Record<string, string>
  groups: GroupCounter[]
}

/**
 * Counts the lines of files of samples in groups, in one pass over their bytes. What a scanner learned of the texts of lines stays from file to
 * file.
 *
 * For each file: `begin`, then `room` and `add` for each piece of it, then `end`.
 */
export class Scanner {
  readonly #bytes = Buffer.alloc(INPUT_BYTES + LINE_BYTES)
  #reader!: LineReader
  #byHash!: Map<number, Configuration[]>
  #groups!: GroupCounter[]
  #configurations!: number
  /** Bytes of the input that are not scanned yet. */
  #filled = 0
  #isFirst = true
  #isAccepted = true
  readonly #ids = new ByteList()

  constructor() {
    this.#forget()
  }

  /** The groups of a whole file. Null as soon as one line is not as our own tools write it: then the file has to be reviewed line by line. */
  scan(bytes: Uint8Array): ScannedFile | null {
    this.begin()
    for (let at = 0; at < bytes.length; ) {
      const room = this.room()
      const piece = bytes.subarray(at, at + room.length)
      room.set(piece)
      if (!this.add(piece.length)) break
      at += piece.length
    }
    return this.end()
  }

  begin(): void {
    this.#filled = 0
    this.#isFirst = true
    this.#isAccepted = true
    this.#ids.clear()
  }

  /** Where the next piece of the file goes. */
  room(): Buffer {
    return this.#bytes.subarray(this.#filled, INPUT_BYTES - 1)
  }

  /** Scans the lines that `length` more bytes in the room complete. False where one was not accepted: the rest need not be read. */
  add(length: number): boolean {
    const end = this.#filled + length
    const lines = this.#bytes.subarray(0, end).lastIndexOf(NEWLINE) + 1
    this.#scanTo(lines)
    this.#bytes.copyWithin(0, lines, end)
    this.#filled = end - lines
    if (this.#filled > LINE_BYTES) this.#isAccepted = false
    return this.#isAccepted
  }

  /** What the file held, or null where a line was not accepted. */
  end(): ScannedFile | null {
    if (this.#isAccepted && this.#filled > 0) {
      this.#bytes[this.#filled] = NEWLINE
      this.#scanTo(this.#filled + 1)
    }
    const groups = this.#groups.filter(({ lines }) => lines > 0).map((group) => group.take())
    if (this.#configurations > MOST_CONFIGURATIONS) this.#forget()
    return this.#isAccepted ? { groups, ids: this.#ids.take() } : null
  }

  #forget(): void {
    this.#reader = new LineReader(this.#bytes)
    this.#byHash = new Map()
    this.#groups = []
    this.#configurations = 0
  }

  /** Scans whole lines from the start of the input to `end`. */
  #scanTo(end: number): void {
    let at = 0
    if (this.#isFirst && end > 0) {
      if (hasByteOrderMark(this.#bytes)) at = 3
      this.#isFirst = false
    }
    while (at < end && this.#isAccepted) at = this.#scanLine(at)
  }

  /** Reads and counts the line at `start`; returns where the next one begins. */
  #scanLine(start: number): number {
    const bytes = this.#bytes
    if (bytes[start] === NEWLINE) return start + 1
    if (bytes[start] === RETURN && bytes[start + 1] === NEWLINE) return start + 2
    const reader = this.#reader
    const end = reader.read(start)
    this.#isAccepted = end !== -1 && end - start <= LINE_BYTES && isConsistent(reader.values)
    if (this.#isAccepted) {
      this.#findGroup().count(reader.values, reader.day)
      this.#ids.addLine(bytes, reader.idStart, reader.idEnd)
    }
    return end + 1
  }

  #findGroup(): GroupCounter {
    const tokensIn = tokensInOf(this.#reader.values)
    // No task has a prompt of 0 tokens: that one ended before they were counted.
    const bucket = tokensIn === 0 ? 'unknown' : promptBucket(tokensIn)
    const { groups, byKey } = this.#findConfiguration()
    const place = PROMPT_BUCKETS.indexOf(bucket)
    const known = groups[place]
    if (known !== undefined) return known
    const group = new GroupCounter(byKey, bucket, this.#groups.length < DENSE_GROUPS)
    groups[place] = group
    this.#groups.push(group)
    return group
  }

  /** The configuration of the line that was just read. */
  #findConfiguration(): Configuration {
    const { texts, hash } = this.#reader
    const alike = this.#byHash.get(hash) ?? []
    for (const known of alike) if (isSame(known.texts, texts)) return known
    const configuration = { texts: texts.slice(), byKey: this.#reader.readTexts(), groups: [] }
    this.#byHash.set(hash, [...alike, configuration])
    this.#configurations++
    return configuration
  }
}

/** Bytes that grow at their end. */
class ByteList {
  #bytes = Buffer.alloc(CHUNK_BYTES)
  #length = 0

  /** Adds bytes from `start` to `end` of a buffer, and a newline. */
  addLine(from: Buffer, start: number, end: number): void {
    const needed = this.#length + end - start + 1
    if (needed > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * needed)
    for (let i = start; i < end; i++) this.#bytes[this.#length++] = from[i]!
    this.#bytes[this.#length++] = NEWLINE
  }

  /** A copy of what was added. */
  take(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes.subarray(0, this.#length))
  }

  clear(): void {
    this.#length = 0
  }
}

function hasByteOrderMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

function isSame(known: Int32Array, texts: Int32Array): boolean {
  for (let i = 0; i < texts.length; i++) if (known[i] !== texts[i]) return false
  return true
}
