import { setImmediate as nextTurn } from 'node:timers/promises'
import { LINE_BYTES } from '../../contracts/limits.ts'
import type { JobId } from './id_set.ts'
import { CHUNK_BYTES, type CheckedLine, type LineChecker } from './line_checker.ts'
import { isOpen, monthOf, openMonths } from './months.ts'

/** A line that keeps the contract, and where in its batch it lies, without its newline. */
export interface JudgedLine extends JobId {
  /** From 1. */
  line: number
  month: string
  start: number
  end: number
}

export interface RejectedLine {
  /** From 1. */
  line: number
  why: string
}

export interface JudgedBatch {
  bytes: Buffer
  lines: JudgedLine[]
  rejected: number
  /** The first of the rejected lines. */
  problems: RejectedLine[]
}

/** Most rejected lines that an answer names. */
export const MAX_PROBLEMS = 20
const NEWLINE = 10

/** Holds every line of a batch against the contract of exports and the open months. Blank lines are no lines. */
export async function judgeBatch(checker: LineChecker, bytes: Buffer, now_ms: number): Promise<JudgedBatch> {
  const judge = new Judge(bytes, now_ms)
  for (const { start, end } of splitAtLines(bytes)) {
    // Other requests have their turn.
    if (start > 0) await nextTurn()
    if (end - start > CHUNK_BYTES) judge.take(start, end, TOO_LONG)
    else checker.check(bytes.subarray(start, end), (from, to, checked) => judge.take(start + from, start + to, checked))
  }
  return judge.batch
}

const TOO_LONG = `$: expected a line of at most ${LINE_BYTES.toLocaleString('en')} characters, found a longer one.`

/** Pieces of whole lines, no longer than a chunk but where a line is. */
function* splitAtLines(bytes: Buffer): Generator<{ start: number; end: number }> {
  for (let start = 0; start < bytes.length; ) {
    const end = start + CHUNK_BYTES >= bytes.length ? bytes.length : endOfLines(bytes, start)
    yield { start, end }
    start = end
  }
}

/** Behind the last newline of a chunk, or else the next one. */
function endOfLines(bytes: Buffer, start: number): number {
  const last = bytes.lastIndexOf(NEWLINE, start + CHUNK_BYTES - 1)
  const newline = last >= start ? last : bytes.indexOf(NEWLINE, start)
  return newline === -1 ? bytes.length : newline + 1
}

/** The verdicts of a batch, as its lines come. */
class Judge {
  readonly batch: JudgedBatch
  readonly #now_ms: number
  /** The months of days, null where it is not open. A batch has few days. */
  readonly #months = new Map<number, string | null>()
  #line = 0

  constructor(bytes: Buffer, now_ms: number) {
    this.batch = { bytes, lines: [], rejected: 0, problems: [] }
    this.#now_ms = now_ms
  }

  /** @param checked why the line is rejected, or null where it is blank */
  take(start: number, end: number, checked: CheckedLine | string | null): void {
    this.#line += 1
    if (checked === null) return
    const month = typeof checked === 'string' ? null : this.#monthOf(checked.day)
    if (typeof checked === 'string') this.#reject(checked)
    else if (month === null) this.#reject(this.#explainDay(checked.day))
    else this.batch.lines.push({ line: this.#line, month, high: checked.high, low: checked.low, start, end })
  }

  #reject(why: string): void {
    this.batch.rejected += 1
    if (this.batch.problems.length < MAX_PROBLEMS) this.batch.problems.push({ line: this.#line, why })
  }

  #monthOf(day: number): string | null {
    const known = this.#months.get(day)
    if (known !== undefined) return known
    const ts = formatDay(day)
    const month = isOpen(ts, this.#now_ms) ? monthOf(ts) : null
    this.#months.set(day, month)
    return month
  }

  #explainDay(day: number): string {
    const months = openMonths(this.#now_ms).join(' or ')
    return `ts: expected a day of ${months}, found ${formatDay(day)}. Samples of other months are not taken`
  }
}

/** YYYYMMDD as RFC 3339. */
function formatDay(day: number): string {
  return `${String(day).replace(/(....)(..)(..)/, '$1-$2-$3')}T00:00:00Z`
}
