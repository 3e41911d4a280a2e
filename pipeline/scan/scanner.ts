import { judgeLine } from '../../contracts/judge.ts'
import { FILE_LINES, LINE_BYTES } from '../../contracts/limits.ts'
import { readTemplate } from '../../contracts/scan/read_template.ts'
import { TemplateTree } from '../../contracts/scan/template_tree.ts'
import { ValueReader } from '../../contracts/scan/value_reader.ts'
import type { AnonymizedExport } from '../../contracts/telemetry_event.ts'
import type { ScannedGroup } from './group_counter.ts'
import { type Configuration, SampleGroups, setMeasurements } from './sample_groups.ts'

/** What a scan makes of a file. */
export interface ScannedFile {
  groups: ScannedGroup[]
  /** The id of each sample, line by line, a newline behind each. */
  ids: Uint8Array<ArrayBuffer>
}

/** Configurations that a scanner keeps from file to file. */
const MOST_CONFIGURATIONS = 5000

/** Bytes that are scanned at once: as many as stay in a processor's cache. */
const CHUNK_BYTES = 1_000_000
/** Room for a line that goes on in the next chunk, and behind it for comparing texts with what may be its end. */
const INPUT_BYTES = CHUNK_BYTES + 2 * LINE_BYTES

const NEWLINE = 10
const RETURN = 13

/**
 * Counts the lines of files of samples in groups, in one pass over their bytes. The first line of each template is read by zod; those that differ from
 * it in identifiers and measurements alone are followed along it. Templates stay from file to file.
 *
 * For each file: `begin`, then `room` and `add` for each piece of it, then `end`.
 */
export class Scanner {
  readonly #bytes = Buffer.alloc(INPUT_BYTES + LINE_BYTES)
  readonly #values = new ValueReader(this.#bytes)
  #templates!: TemplateTree<Configuration>
  #groups!: SampleGroups
  /** Bytes of the input that are not scanned yet. */
  #filled = 0
  #isFirst = true
  #isAccepted = true
  #blank = 0
  readonly #ids = new ByteList()

  constructor() {
    this.#forget()
  }

  begin(): void {
    this.#filled = 0
    this.#isFirst = true
    this.#isAccepted = true
    this.#blank = 0
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
    const groups = this.#groups.take()
    if (this.#groups.configurations > MOST_CONFIGURATIONS) this.#forget()
    return this.#isAccepted ? { groups, ids: this.#ids.take() } : null
  }

  #forget(): void {
    this.#templates = new TemplateTree(this.#bytes, this.#values)
    this.#groups = new SampleGroups()
  }

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
    const { values } = this.#values
    const configuration = this.#templates.follow(start)
    const end = configuration === null ? -1 : this.#endOfLine(this.#templates.end)
    if (end === -1 || end - start > LINE_BYTES || !this.#values.isConsistent) return this.#readLine(start)
    this.#groups.count(configuration!, values, this.#values.day)
    this.#ids.addLine(this.#bytes, this.#values.idStart, this.#values.idEnd)
    return end + 1
  }

  /** Where the newline is that a carriage return may come before; -1 where anything else does. */
  #endOfLine(at: number): number {
    const end = this.#bytes[at] === RETURN ? at + 1 : at
    return this.#bytes[end] === NEWLINE ? end : -1
  }

  /** Has zod read the line at `start`, and remembers its template; returns where the next one begins. */
  #readLine(start: number): number {
    const end = this.#bytes.indexOf(NEWLINE, start)
    const line = this.#bytes.toString('utf8', start, this.#bytes[end - 1] === RETURN ? end - 1 : end)
    // A lone carriage return ends a line as well: that is left to the review.
    if (line.includes('\r')) this.#isAccepted = false
    else if (line.trim() !== '') this.#countLine(line)
    // So many lines are too many for a file: that is for the review to say.
    else if (++this.#blank > FILE_LINES) this.#isAccepted = false
    return end + 1
  }

  #countLine(line: string): void {
    const judgement = judgeLine('anonymized_export', line)
    this.#isAccepted = judgement.verdict === 'accepted'
    if (judgement.verdict === 'rejected') return
    const sample = judgement.value as AnonymizedExport
    const configuration = this.#groups.find(sample)
    this.#groups.count(configuration, this.#values.values, setMeasurements(this.#values.values, sample))
    const id = Buffer.from(sample.job_id)
    this.#ids.addLine(id, 0, id.length)
    const template = readTemplate(line, sample)
    if (template !== null) this.#templates.insert(template, configuration)
  }
}

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
