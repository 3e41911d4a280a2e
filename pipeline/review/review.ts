import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { AnonymizedExport, CuratedRun, judgeLine, type LineContract, type Problem } from '../../contracts/index.ts'
import { decodeTps } from '../../contracts/metrics.ts'
import { findImplausibility, type Implausibility } from '../../contracts/plausibility.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import { splitLines } from '../read/lines.ts'
import { notUtf8 } from './file_problems.ts'
import type { Representative } from './representative.ts'

/** A rejected line. Lines count from 1. */
export interface Rejection {
  line: number
  problem: Problem
}

export interface Review {
  lines: number
  accepted: number
  rejections: Rejection[]
  rejectedLines: number
  /** `counts_in` is the path of the file in which a duplicate counts. */
  quarantined: { line: number; reason: Implausibility | 'duplicate'; counts_in: string | null }[]
}

export interface ReviewOptions {
  contract: LineContract
  /** Month of release, null for curated files. */
  month: string | null
  catalog: CatalogIndex
  /** Where the accepted lines go. */
  target: string
  /** The path of the file in which a sample counts, or null where that is this line. Asked line by line. */
  countsIn: (jobId: string) => string | null
}

const SHAPE_KEYS: Record<string, string[]> = {
  anonymized_export: Object.keys(AnonymizedExport.shape),
  curated_run: Object.keys(CuratedRun.shape),
}

/**
 * Looks at a file line by line: the slow way, for files in which the scan found something. Lines that are accepted are written to `target`
 * in the contract's own key order and spacing, so that the scan can count them.
 */
export async function reviewFile(path: string, options: ReviewOptions): Promise<Review> {
  const review: Review = { lines: 0, accepted: 0, rejections: [], rejectedLines: 0, quarantined: [] }
  const output = createWriteStream(options.target)
  let number = 0
  for (const text of splitLines(await readFile(path))) {
    number++
    if (text !== null && text.trim() === '') continue
    review.lines++
    const kept = text === null ? rejectBytes(review, number) : reviewLine(text, number, options, review)
    if (kept !== null && !output.write(kept)) await once(output, 'drain')
  }
  output.end()
  await once(output, 'close')
  return review
}

/** The line to keep, or null after noting why it is not kept. */
function reviewLine(text: string, line: number, options: ReviewOptions, review: Review): string | null {
  const { contract } = options
  const judgement = judgeLine(contract, text)
  if (judgement.verdict === 'rejected') {
    review.rejectedLines++
    for (const problem of judgement.problems) review.rejections.push({ line, problem })
    return null
  }
  const value = judgement.value as Representative
  const doubt = findDoubt(value, options)
  if (doubt !== null) {
    review.quarantined.push({ line, ...doubt })
    return null
  }
  review.accepted++
  return `${JSON.stringify(value, SHAPE_KEYS[contract])}\n`
}

/** Why a line does not count: it cannot be believed, or counts elsewhere. */
function findDoubt(value: Representative, { month, catalog, countsIn }: ReviewOptions) {
  const reason = judgePlausibility(value, month, catalog)
  if (reason !== null) return { reason, counts_in: null }
  const counts_in = 'job_id' in value ? countsIn(value.job_id) : null
  return counts_in === null ? null : { reason: 'duplicate' as const, counts_in }
}

function judgePlausibility(value: Representative, month: string | null, catalog: CatalogIndex): Implausibility | null {
  const resolution = catalog.resolve(value)
  if ('unknown' in resolution) return null
  const { tokens_out: tokens, decode_time_ms: decode } = value
  const day = value.ts?.slice(0, 10) ?? null
  return findImplausibility(
    {
      vram_total_mb: value.vram_total_mb,
      vram_used_mb: value.vram_used_mb_peak,
      decode_tps: decodeTps(tokens ?? Number.NaN, decode ?? Number.NaN),
      measurement_type: value.measurement_type ?? 'batched_online',
      speculative: value.speculative ?? false,
      gpu_count: value.gpu_count ?? 1,
      first_day: day,
      last_day: day,
      month,
    },
    resolution.known,
  )
}

function rejectBytes(review: Review, line: number): null {
  review.rejectedLines++
  review.rejections.push({ line, problem: notUtf8() })
  return null
}
