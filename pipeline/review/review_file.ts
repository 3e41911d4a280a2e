import { type AnonymizedExport, judgeLine, type Problem } from '../../contracts/index.ts'
import { claimOfLine, findImplausibility, type Implausibility } from '../../contracts/plausibility.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import { readLines } from '../read/lines.ts'
import { SampleGroups, setMeasurements } from '../scan/sample_groups.ts'
import type { ScannedFile } from '../scan/scanner.ts'
import { VARIABLES } from '../scan/variable.ts'
import { notUtf8 } from './file_problems.ts'

/** A rejected line. Lines count from 1. */
export interface Rejection {
  line: number
  problem: Problem
}

/** Lines that fit the contract and do not count; duplicates of samples of one file are one entry, as there can be as many as lines. */
export interface QuarantinedLines {
  line: number
  /** Null where there is but one line. */
  last_line: number | null
  lines: number
  reason: Implausibility | 'duplicate'
  /** The path of the file in which a duplicate counts. */
  counts_in: string | null
}

/** What a review keeps out of a file. */
export interface Review {
  rejections: Rejection[]
  rejectedLines: number
  quarantined: QuarantinedLines[]
}

export interface ReviewOptions {
  /** Month of release. */
  month: string | null
  catalog: CatalogIndex
  /** The path of the file in which a sample counts, or null where that is this line. Asked line by line. */
  countsIn: (jobId: string) => string | null
}

/** Reviews a file of samples line by line, which takes longer than a scan: for files in which the scan found something. Counts what it accepts. */
export async function reviewFile(
  path: string,
  options: ReviewOptions,
): Promise<{ review: Review; counted: ScannedFile }> {
  const reviewer = new Reviewer(options)
  let number = 0
  for await (const text of readLines(path)) {
    number++
    if (text === null) reviewer.reject(number, [notUtf8()])
    else if (text.trim() !== '') reviewer.review(number, text)
  }
  return reviewer.result()
}

class Reviewer {
  readonly #options: ReviewOptions
  readonly #groups = new SampleGroups()
  readonly #values = new Float64Array(VARIABLES.length)
  readonly #ids: string[] = []
  readonly #rejections: Rejection[] = []
  #rejectedLines = 0
  readonly #quarantined: QuarantinedLines[] = []
  /** Entries of duplicates by the file in which they count. */
  readonly #duplicates = new Map<string, QuarantinedLines>()

  constructor(options: ReviewOptions) {
    this.#options = options
  }

  review(line: number, text: string): void {
    const judgement = judgeLine('anonymized_export', text)
    if (judgement.verdict === 'rejected') {
      this.reject(line, judgement.problems)
      return
    }
    const sample = judgement.value as AnonymizedExport
    const { month, catalog } = this.#options
    const resolution = catalog.resolve(sample)
    // Of an unknown name nothing can be said.
    const reason = 'known' in resolution ? findImplausibility(claimOfLine(sample, month), resolution.known) : null
    if (reason !== null) {
      this.#quarantined.push({ line, last_line: null, lines: 1, reason, counts_in: null })
      return
    }
    const countsIn = this.#options.countsIn(sample.job_id)
    if (countsIn === null) this.#count(sample)
    else this.#addDuplicate(line, countsIn)
    this.#ids.push(sample.job_id)
  }

  reject(line: number, problems: readonly Problem[]): void {
    this.#rejectedLines++
    for (const problem of problems) this.#rejections.push({ line, problem })
  }

  result(): { review: Review; counted: ScannedFile } {
    const ids = Buffer.from(this.#ids.map((id) => `${id}\n`).join(''))
    return {
      review: {
        rejections: this.#rejections,
        rejectedLines: this.#rejectedLines,
        quarantined: this.#quarantined.toSorted((a, b) => a.line - b.line),
      },
      counted: { groups: this.#groups.take(), ids: new Uint8Array(ids) },
    }
  }

  #count(sample: AnonymizedExport): void {
    const day = setMeasurements(this.#values, sample)
    this.#groups.count(this.#groups.find(sample), this.#values, day)
  }

  #addDuplicate(line: number, counts_in: string): void {
    const known = this.#duplicates.get(counts_in)
    if (known !== undefined) {
      known.last_line = line
      known.lines++
      return
    }
    const entry: QuarantinedLines = { line, last_line: null, lines: 1, reason: 'duplicate', counts_in }
    this.#duplicates.set(counts_in, entry)
    this.#quarantined.push(entry)
  }
}
