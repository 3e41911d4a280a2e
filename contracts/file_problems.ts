import { FILE_LINES, FILE_PROBLEMS } from './limits.ts'
import type { Problem } from './problem.ts'

/** A problem of a line of a file. Lines count from 1. */
export interface PlacedProblem {
  path: string
  line: number
  problem: Problem
}

/** The problem of the first line that is one too many. */
export const TOO_MANY_LINES: Problem = {
  column: 1,
  path: '$',
  expected: `at most ${FILE_LINES.toLocaleString('en')} lines, blank ones included`,
  found: 'more; the rest is not read',
  fix: 'split the file',
}

/** The problems of the rejected lines of a file: the first ones, and how many there are besides. */
export class FileProblems {
  readonly #path: string
  readonly #kept: PlacedProblem[] = []
  #lines = 0
  #lastLine = 0
  #further = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Adds the problems of one rejected line. */
  add(line: number, problems: readonly Problem[]): void {
    this.#lines++
    this.#lastLine = line
    const kept = problems.slice(0, FILE_PROBLEMS - this.#kept.length)
    for (const problem of kept) this.#kept.push({ path: this.#path, line, problem })
    this.#further += problems.length - kept.length
  }

  /** Whether so many lines are rejected that the rest of the file is not to be read. */
  get isFull(): boolean {
    return this.#lines >= FILE_PROBLEMS
  }

  /** The first problems; what is not among them is told by one more. */
  list(): PlacedProblem[] {
    if (!this.isFull && this.#further === 0) return this.#kept
    const limit = FILE_PROBLEMS.toLocaleString('en')
    const more = this.#further > 0 ? [`${this.#further.toLocaleString('en')} more problems, which are not listed`] : []
    const rest = this.isFull ? ['the rest of the file is not read'] : []
    const problem: Problem = {
      column: 1,
      path: '$',
      expected: `fewer than ${limit} ${this.isFull ? 'rejected lines' : 'problems'}`,
      found: [...(this.isFull ? [limit] : []), ...rest, ...more].join('; '),
      fix: 'correct what is listed first',
    }
    return [...this.#kept, { path: this.#path, line: this.#lastLine, problem }]
  }
}
