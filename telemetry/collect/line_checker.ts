import { type AnonymizedExport, judgeLine } from '../../contracts/index.ts'
import { LINE_BYTES } from '../../contracts/limits.ts'
import { readTemplate } from '../../contracts/scan/read_template.ts'
import { TemplateTree } from '../../contracts/scan/template_tree.ts'
import { ValueReader } from '../../contracts/scan/value_reader.ts'
import { type JobId, readJobId } from './id_set.ts'

/** What a line that keeps the contract says of itself. */
export interface CheckedLine extends JobId {
  /** YYYYMMDD */
  day: number
}

/** Bytes that are checked at once; no line may be longer. */
export const CHUNK_BYTES = 262_144
const NEWLINE = 10
const RETURN = 13

/**
 * Holds lines against the contract of exports. Those that differ from an earlier line in ids and measurements alone are followed along its
 * template, which takes a tenth of the time; zod reads the others.
 */
export class LineChecker {
  /** Behind a chunk there is room for comparing texts with what may be its end. */
  readonly #bytes = Buffer.alloc(CHUNK_BYTES + 1 + LINE_BYTES)
  readonly #values = new ValueReader(this.#bytes)
  #templates = this.#createTree()

  /**
   * Checks the lines of a chunk, one after the other, and calls `take` with where each ends, its newline not included, and what it
   * says of itself, or else why it is rejected; null for a blank line.
   */
  check(chunk: Buffer, take: (start: number, end: number, verdict: CheckedLine | string | null) => void): void {
    chunk.copy(this.#bytes)
    this.#bytes[chunk.length] = NEWLINE
    for (let start = 0; start < chunk.length; ) {
      const newline = this.#bytes.indexOf(NEWLINE, start)
      const end = newline > start && this.#bytes[newline - 1] === RETURN ? newline - 1 : newline
      take(start, end, this.#follows(start, end) ? this.#describe() : this.#read(start, end))
      start = newline + 1
    }
  }

  #follows(start: number, end: number): boolean {
    if (this.#templates.follow(start) === null) return false
    return this.#templates.end === end && end - start <= LINE_BYTES && this.#values.isConsistent
  }

  #describe(): CheckedLine {
    const { idStart, day } = this.#values
    return { ...readJobId(this.#bytes.toString('latin1', idStart, idStart + 16)), day }
  }

  /** Has zod read a line, and remembers its template. */
  #read(start: number, end: number): CheckedLine | string | null {
    const line = this.#bytes.toString('utf8', start, end)
    if (line.trim() === '') return null
    // The pipeline takes it for the end of a line.
    if (line.includes('\r')) return 'expected lines that end with a newline, found a carriage return within one.'
    const judgement = judgeLine('anonymized_export', line)
    if (judgement.verdict === 'rejected') {
      const { path, expected, found, fix } = judgement.problems[0]!
      return `${path}: expected ${expected}, found ${found}. Fix: ${fix}.`
    }
    const sample = judgement.value as AnonymizedExport
    const template = readTemplate(line, sample)
    if (this.#templates.isFull) this.#templates = this.#createTree()
    if (template !== null) this.#templates.insert(template, true)
    return { ...readJobId(sample.job_id), day: Number(sample.ts.slice(0, 10).replaceAll('-', '')) }
  }

  #createTree(): TemplateTree<true> {
    return new TemplateTree(this.#bytes, this.#values)
  }
}
