import { type BenchmarkRun, judgeLine } from '../../contracts/index.ts'
import { type ConcurrencyBucket, concurrencyBucket } from '../../contracts/load.ts'
import { type PromptBucket, promptBucket } from '../../contracts/metrics.ts'
import { claimOfLine, findImplausibleClaim } from '../../contracts/plausibility.ts'
import type { CatalogIndex, Resolved } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { readFileLines } from '../read/lines.ts'
import { UnpackError } from '../read/unpack.ts'
import { FileFindings, type Findings } from './file_findings.ts'

/** What the names of the catalogue take the place of, and what no figure depends on. */
type Raw = 'origin' | 'ts' | 'model_ref' | 'gpu_name' | 'vram_total_mb' | 'quantization' | 'engine_backend'

/** An accepted row of a benchmark, by the names of the catalogue. */
export interface BenchmarkRow extends Omit<BenchmarkRun, Raw> {
  source: string
  model_id: string
  model_slug: string
  quantization: string
  gpu_id: string
  concurrency_bucket: ConcurrencyBucket
  engine_backend: string
  prompt_bucket: PromptBucket
  output_bucket: PromptBucket
  /** YYYY-MM: of the measurement, else of the publication. */
  month: string
}

export interface BenchmarkReviewOptions {
  catalog: CatalogIndex
  scratch: string
  /** Month of publication by source id, for rows without a day. */
  publishedMonth?: ReadonlyMap<string, string>
}

/** Judges every line of files of benchmark rows. They are few, so that the contract itself judges each. */
export async function reviewBenchmarks(
  files: readonly DataFile[],
  options: BenchmarkReviewOptions,
): Promise<{ findings: Findings[]; rows: BenchmarkRow[] }> {
  const [findings, rows]: [Findings[], BenchmarkRow[]] = [[], []]
  for (const file of files) findings.push(await reviewFile(file, options, rows))
  return { findings, rows }
}

/** @param rows accepted ones are added to them */
async function reviewFile(file: DataFile, options: BenchmarkReviewOptions, rows: BenchmarkRow[]): Promise<Findings> {
  const findings = new FileFindings(file)
  try {
    for await (const { line, text, problem } of readFileLines(file, options.scratch)) {
      const judgement = text === null ? null : judgeLine('benchmark_run', text)
      if (judgement?.verdict !== 'accepted') findings.reject(line, problem ? [problem] : judgement?.problems)
      else rows.push(...reviewRun(judgement.value as BenchmarkRun, line, file, findings, options))
      if (findings.isFull) break
    }
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error
    findings.rejectDamaged(error)
  }
  return findings.result()
}

/** The row of a run; none where it does not count. */
function reviewRun(
  run: BenchmarkRun,
  line: number,
  file: DataFile,
  findings: FileFindings,
  { catalog, publishedMonth }: BenchmarkReviewOptions,
): BenchmarkRow[] {
  // What a curated source did not say its converter looked for: the canonical name of the model says nothing more.
  const quantization = run.quantization ?? (file.kind === 'curated' ? 'unknown' : null)
  const resolution = catalog.resolve({ ...run, quantization })
  if ('unknown' in resolution) {
    findings.quarantineName(resolution.unknown[0]!, 1)
    return []
  }
  const implausible = findImplausibleClaim(claimOfLine(run, file.month), resolution.known)
  if (implausible !== null) {
    findings.quarantine({ line, reason: implausible.reason, implausible })
    return []
  }
  findings.accept(1)
  return [describeRow(run, resolution.known, file.owner, publishedMonth?.get(file.owner))]
}

function describeRow(
  run: BenchmarkRun,
  { model, gpu, engine, quantization }: Resolved,
  source: string,
  published = 'unknown',
): BenchmarkRow {
  return {
    ...run,
    source,
    model_id: model.id,
    model_slug: model.slug,
    quantization,
    gpu_id: gpu.id,
    engine,
    // A benchmark may well start from a prompt of no tokens, as llama-bench does.
    prompt_bucket: promptBucket(run.tokens_in ?? Number.NaN),
    output_bucket: promptBucket(run.tokens_out ?? Number.NaN),
    concurrency_bucket: concurrencyBucket(run.concurrency),
    engine_backend: run.engine_backend ?? 'unknown',
    month: run.ts?.slice(0, 7) ?? published,
  }
}
