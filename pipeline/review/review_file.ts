import { type AnonymizedExport, type BenchmarkRun, judgeLine, type Problem } from '../../contracts/index.ts'
import { claimOfLine, findImplausibleClaim } from '../../contracts/plausibility.ts'
import { VARIABLES } from '../../contracts/scan/variable.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { type NumberedLine, readFileLines } from '../read/lines.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'
import { SampleGroups, setMeasurements } from '../scan/sample_groups.ts'
import { FileFindings, type Quarantine } from './file_findings.ts'
import { isRun, sampleOfRun } from './sample_of_run.ts'

export interface ReviewOptions {
  catalog: CatalogIndex
  scratch: string
  /** Told of the lines that are rejected or implausible. */
  findings?: FileFindings
  /** By id of each sample that comes more than once, the path of the file in which it counts. */
  owners?: ReadonlyMap<string, string>
}

/** Duplicates of samples of one file are one entry, as there can be as many as lines. */
export type Duplicates = Pick<Quarantine, 'last_line' | 'lines'> & {
  reason: 'duplicate'
  line: number
  counts_in: string
}

/** What a review makes of a file. */
export interface Review {
  accepted: ScannedGroup[]
  /** Samples that would be accepted, but count elsewhere. */
  repeated: ScannedGroup[]
  duplicates: Duplicates[]
  /** The ids of accepted and repeated samples, line by line. */
  ids: Uint8Array
}

const NOT_CONTRIBUTED: Problem = {
  column: 1,
  path: '$.origin',
  expected: 'an opaque origin (hex#row) and a day',
  found: 'a run as published sources have them',
  fix: 'make the file with orch import, which writes both',
}

/** Reviews a file of samples line by line, which takes longer than a scan: for files in which the scan found something. */
export async function reviewFile(file: DataFile, options: ReviewOptions): Promise<Review> {
  const reviewer = new Reviewer(file, options)
  for await (const entry of readFileLines(file, options.scratch)) {
    reviewer.review(entry)
    if (reviewer.isFull) break
  }
  return reviewer.result()
}

class Reviewer {
  readonly #file: DataFile
  readonly #options: ReviewOptions
  readonly #findings: FileFindings
  readonly #accepted = new SampleGroups()
  readonly #repeated = new SampleGroups()
  readonly #values = new Float64Array(VARIABLES.length)
  readonly #ids: string[] = []
  /** Ids that are repeated and count in this file. */
  readonly #seen = new Set<string>()
  /** By the file in which they count. */
  readonly #duplicates = new Map<string, Duplicates>()

  constructor(file: DataFile, options: ReviewOptions) {
    this.#file = file
    this.#options = options
    this.#findings = options.findings ?? new FileFindings(file)
  }

  get isFull(): boolean {
    return this.#findings.isFull
  }

  review({ line, text, problem }: NumberedLine): void {
    const isRunLine = text !== null && isRun(text)
    const judgement = text === null ? null : judgeLine(isRunLine ? 'benchmark_run' : 'anonymized_export', text)
    if (judgement?.verdict !== 'accepted') {
      this.#findings.reject(line, problem ? [problem] : judgement?.problems)
      return
    }
    const sample = isRunLine ? sampleOfRun(judgement.value as BenchmarkRun) : (judgement.value as AnonymizedExport)
    if (sample === null) this.#findings.reject(line, [NOT_CONTRIBUTED])
    else this.#addSample(line, sample)
  }

  result(): Review {
    return {
      accepted: this.#accepted.take(),
      repeated: this.#repeated.take(),
      duplicates: [...this.#duplicates.values()],
      ids: Buffer.from(this.#ids.map((id) => `${id}\n`).join('')),
    }
  }

  #addSample(line: number, sample: AnonymizedExport): void {
    const resolution = this.#options.catalog.resolve(sample, this.#file.month)
    const claim = claimOfLine(sample, this.#file.month)
    // Of an unknown name nothing can be said.
    const implausible = 'known' in resolution ? findImplausibleClaim(claim, resolution.known) : null
    if (implausible !== null) {
      this.#findings.quarantine({ line, reason: implausible.reason, implausible })
      return
    }
    const owner = this.#findOwner(sample.job_id)
    if (owner !== null) this.#addDuplicate(line, owner)
    const groups = owner === null ? this.#accepted : this.#repeated
    groups.count(groups.find(sample), this.#values, setMeasurements(this.#values, sample))
    this.#ids.push(sample.job_id)
  }

  /** The file in which a sample counts, unless that is here and now. */
  #findOwner(id: string): string | null {
    const owner = this.#options.owners?.get(id)
    if (owner === undefined) return null
    if (owner !== this.#file.path || this.#seen.has(id)) return owner
    this.#seen.add(id)
    return null
  }

  #addDuplicate(line: number, counts_in: string): void {
    const known = this.#duplicates.get(counts_in)
    if (known === undefined)
      this.#duplicates.set(counts_in, { line, last_line: null, lines: 1, reason: 'duplicate', counts_in })
    else {
      known.last_line = line
      known.lines++
    }
  }
}
