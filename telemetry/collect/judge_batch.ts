import { type AnonymizedExport, judgeLine } from '../../contracts/index.ts'
import { hashJobId } from './id_set.ts'
import { isOpen, monthOf, openMonths } from './months.ts'

/** A line that keeps the contract. */
export interface JudgedLine {
  month: string
  id: bigint
  /** With its newline. */
  text: string
}

export interface RejectedLine {
  /** From 1. */
  line: number
  why: string
}

export interface JudgedBatch {
  lines: JudgedLine[]
  rejected: number
  /** The first of the rejected lines. */
  problems: RejectedLine[]
}

/** Most rejected lines that an answer names. */
const MAX_PROBLEMS = 20

/** Holds every line of a batch against the contract of exports and the open months. Blank lines are no lines. */
export function judgeBatch(text: string, now_ms: number): JudgedBatch {
  const batch: JudgedBatch = { lines: [], rejected: 0, problems: [] }
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const verdict = judgeSample(line, now_ms)
    if (typeof verdict !== 'string') batch.lines.push(verdict)
    else {
      batch.rejected += 1
      if (batch.problems.length < MAX_PROBLEMS) batch.problems.push({ line: i + 1, why: verdict })
    }
  }
  return batch
}

/** The line, or why it is rejected. */
function judgeSample(line: string, now_ms: number): JudgedLine | string {
  const judgement = judgeLine('anonymized_export', line)
  if (judgement.verdict === 'rejected') {
    const { path, expected, found, fix } = judgement.problems[0]!
    return `${path}: expected ${expected}, found ${found}. Fix: ${fix}.`
  }
  const { ts, job_id } = judgement.value as AnonymizedExport
  if (isOpen(ts, now_ms)) return { month: monthOf(ts), id: hashJobId(job_id), text: `${line}\n` }
  return `ts: expected a day of ${openMonths(now_ms).join(' or ')}, found ${ts}. Samples of other months are not taken`
}
