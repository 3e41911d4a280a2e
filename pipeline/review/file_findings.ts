import {
  FileProblems,
  type ImplausibleClaim,
  type InputVerdicts,
  type PlacedProblem,
  type Problem,
} from '../../contracts/index.ts'
import type { Unknown } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'

/** Lines kept out of the published tables though they fit the contract. */
export interface Quarantine {
  path: string
  /** Number of the line, or of the first of several duplicates; null where the reason holds for all `lines` of a name. */
  line: number | null
  last_line: number | null
  lines: number
  reason: string
  unknown: Unknown | null
  /** What of the line cannot be believed. */
  implausible: ImplausibleClaim | null
  /** The path of the file in which a duplicate counts. */
  counts_in: string | null
}

/** What was found in a file: its lines by verdict, and those that do not count. */
export interface Findings {
  verdicts: Omit<InputVerdicts, 'reasons'>
  rejections: PlacedProblem[]
  /** Names first, then in order of the lines. */
  quarantines: Quarantine[]
}

/** Findings in the order of the files. */
export function sortFindings(findings: Findings[], files: readonly DataFile[]): Findings[] {
  const places = new Map(files.map(({ path }, place) => [path, place]))
  return findings.sort((a, b) => places.get(a.verdicts.path)! - places.get(b.verdicts.path)!)
}

const NOT_TEXT: Problem = {
  column: 1,
  path: '$',
  expected: 'UTF-8 text',
  found: 'bytes that are not UTF-8',
  fix: 'save the file as UTF-8',
}

/** Adds up what is found in a file. */
export class FileFindings {
  readonly #file: DataFile
  readonly #verdicts: Findings['verdicts']
  readonly #rejections: FileProblems
  /** By kind and name of what is unknown. */
  readonly #unknown = new Map<string, Quarantine>()
  readonly #lines: (Quarantine & { line: number })[] = []

  constructor(file: DataFile) {
    const { path, kind, owner } = file
    this.#file = file
    this.#rejections = new FileProblems(path)
    this.#verdicts = { path, kind, contributor: owner, lines: 0, accepted: 0, rejected: 0, quarantined: 0 }
  }

  /** @param lines fewer than none to take back what was accepted before */
  accept(lines: number): void {
    this.#count('accepted', lines)
  }

  /** @param problems none where the line is not text */
  reject(line: number, problems: readonly Problem[] = [NOT_TEXT]): void {
    this.#count('rejected', 1)
    this.#rejections.add(line, problems)
  }

  /** Whether so many lines are rejected that the rest of the file is not to be read. */
  get isFull(): boolean {
    return this.#rejections.isFull
  }

  /** Rejects a packed file that cannot be unpacked, like one line. */
  rejectDamaged({ message }: Error): void {
    const expected = `a whole ${this.#file.compression} file`
    this.reject(1, [{ column: 1, path: '$', expected, found: message, fix: 'compress the file again' }])
  }

  /** @param lines fewer than none to take back what was quarantined before */
  quarantineName(unknown: Unknown, lines: number): void {
    this.#count('quarantined', lines)
    const key = `${unknown.what} ${unknown.name}`
    const known = this.#unknown.get(key)
    if (known) known.lines += lines
    else this.#unknown.set(key, { ...this.#quarantine(`${unknown.why}_${unknown.what}`, lines), unknown })
  }

  /** Quarantines one line, or several that are duplicates of samples of one file. */
  quarantine(found: Pick<Quarantine, 'reason'> & { line: number } & Partial<Quarantine>): void {
    const entry = { ...this.#quarantine(found.reason, 1), ...found }
    this.#count('quarantined', entry.lines)
    this.#lines.push(entry)
  }

  result(): Findings {
    const names = [...this.#unknown.values()].filter(({ lines }) => lines > 0)
    const quarantines = [...names, ...this.#lines.toSorted((a, b) => a.line - b.line)]
    return { verdicts: this.#verdicts, rejections: this.#rejections.list(), quarantines }
  }

  #count(verdict: 'accepted' | 'rejected' | 'quarantined', lines: number): void {
    this.#verdicts[verdict] += lines
    this.#verdicts.lines += lines
  }

  #quarantine(reason: string, lines: number): Quarantine {
    const none = { line: null, last_line: null, unknown: null, implausible: null, counts_in: null }
    return { path: this.#file.path, lines, reason, ...none }
  }
}
