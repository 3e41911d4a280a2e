import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type CuratedRun, judgeLine, type Problem } from '../../contracts/index.ts'
import { type PromptBucket, promptBucket } from '../../contracts/metrics.ts'
import { claimOfLine, findImplausibility, type Implausibility } from '../../contracts/plausibility.ts'
import type { CatalogIndex, Resolved, Unknown } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { readLines } from '../read/lines.ts'
import { UnpackError, unpack } from '../read/unpack.ts'
import type { CheckResult, FileVerdicts, Quarantine } from './check_result.ts'
import { damagedFile, notUtf8 } from './file_problems.ts'

/** What a benchmark row measured. Null where its source does not say. */
type Measurements = Pick<
  CuratedRun,
  | 'tokens_in'
  | 'tokens_out'
  | 'first_token_ms'
  | 'decode_time_ms'
  | 'total_time_ms'
  | 'vram_used_mb_peak'
  | 'power_w'
  | 'exit'
  | 'runs'
  | 'machine'
>

/** An accepted row of a benchmark, by the names of the catalogue. */
export interface BenchmarkRow extends Measurements {
  source: string
  model_id: string
  model_slug: string
  quantization: string
  gpu_id: string
  gpu_count: number
  engine: string
  engine_version: string
  measurement_type: string
  prompt_bucket: PromptBucket
  /** YYYY-MM: of the measurement, else of the publication. */
  month: string
}

/** What a review of benchmark files found, in order of the files. */
export type BenchmarkFindings = Pick<CheckResult, 'verdicts' | 'rejections' | 'quarantines'>

export interface BenchmarkReviewOptions {
  catalog: CatalogIndex
  /** A folder for unpacked files. */
  scratch: string
  /** Month of publication by source id, for rows without a day. */
  publishedMonth?: ReadonlyMap<string, string>
  /** Told of each accepted row. */
  onRow?: (row: BenchmarkRow) => void
}

/** Judges every line of files of benchmark rows. They are few, so that the contract itself judges each. */
export async function reviewBenchmarks(
  files: readonly DataFile[],
  options: BenchmarkReviewOptions,
): Promise<BenchmarkFindings> {
  const findings: BenchmarkFindings = { verdicts: [], rejections: [], quarantines: [] }
  for (const file of files) {
    const review = new FileReview(file, options)
    await review.read()
    findings.verdicts.push(review.verdicts)
    for (const rejection of review.rejections) findings.rejections.push(rejection)
    for (const quarantine of review.quarantines()) findings.quarantines.push(quarantine)
  }
  return findings
}

class FileReview {
  readonly verdicts: FileVerdicts
  readonly rejections: CheckResult['rejections'] = []
  readonly #file: DataFile
  readonly #options: BenchmarkReviewOptions
  /** By kind and name of what is unknown. */
  readonly #unknown = new Map<string, Quarantine>()
  readonly #implausible: Quarantine[] = []

  constructor(file: DataFile, options: BenchmarkReviewOptions) {
    const { path, kind, owner } = file
    this.#file = file
    this.#options = options
    this.verdicts = { path, kind, contributor: owner, lines: 0, accepted: 0, rejected: 0, quarantined: 0 }
  }

  async read(): Promise<void> {
    const target = join(this.#options.scratch, 'benchmarks.jsonl')
    try {
      const path = await unpack(this.#file, target)
      let number = 0
      for await (const text of readLines(path)) this.#addLine(text, ++number)
    } catch (error) {
      if (!(error instanceof UnpackError)) throw error
      this.verdicts.lines++
      this.#reject(1, [damagedFile(this.#file, error)])
    } finally {
      await rm(target, { force: true })
    }
  }

  /** Names first: they hold for many lines. */
  quarantines(): Quarantine[] {
    return [...this.#unknown.values(), ...this.#implausible]
  }

  #addLine(text: string | null, line: number): void {
    if (text !== null && text.trim() === '') return
    this.verdicts.lines++
    const judgement = text === null ? null : judgeLine('curated_run', text)
    if (judgement?.verdict === 'accepted') this.#addRun(judgement.value as CuratedRun, line)
    else this.#reject(line, judgement?.problems ?? [notUtf8()])
  }

  #addRun(run: CuratedRun, line: number): void {
    const resolution = this.#options.catalog.resolve(run)
    if ('unknown' in resolution) {
      this.#quarantineName(resolution.unknown[0]!)
      return
    }
    const reason = findImplausibility(claimOfLine(run, this.#file.month), resolution.known)
    if (reason === null) {
      this.verdicts.accepted++
      this.#options.onRow?.(this.#describe(run, resolution.known))
    } else this.#quarantineLine(line, reason)
  }

  #reject(line: number, problems: readonly Problem[]): void {
    this.verdicts.rejected++
    for (const problem of problems) this.rejections.push({ path: this.#file.path, line, problem })
  }

  #quarantineName(unknown: Unknown): void {
    this.verdicts.quarantined++
    const key = `${unknown.what} ${unknown.name}`
    const known = this.#unknown.get(key)
    if (known) known.lines++
    else this.#unknown.set(key, { ...this.#quarantine(`unknown_${unknown.what}`), unknown })
  }

  #quarantineLine(line: number, reason: Implausibility): void {
    this.verdicts.quarantined++
    this.#implausible.push({ ...this.#quarantine(reason), line })
  }

  #quarantine(reason: string): Quarantine {
    return { path: this.#file.path, line: null, last_line: null, lines: 1, reason, unknown: null, counts_in: null }
  }

  #describe(run: CuratedRun, { model, gpu, engine, quantization }: Resolved): BenchmarkRow {
    const { owner, month } = this.#file
    return {
      ...run,
      source: owner,
      model_id: model.id,
      model_slug: model.slug,
      quantization,
      gpu_id: gpu.id,
      engine,
      // A benchmark may well start from a prompt of no tokens, as llama-bench does.
      prompt_bucket: promptBucket(run.tokens_in ?? Number.NaN),
      month: month ?? run.ts?.slice(0, 7) ?? this.#options.publishedMonth?.get(owner) ?? 'unknown',
    }
  }
}
