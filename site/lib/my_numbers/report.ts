import type { Problem } from '../../../contracts/problem.ts'
import type { Missing } from '../../../telemetry/import/complete_drafts.ts'
import type { Group } from '../../../telemetry/import/import_files.ts'
import type { ImportOptions, Problem as ImportProblem } from '../../../telemetry/import/types.ts'
import type { Reference } from './reference.ts'
import type { OwnGroup } from './tally_groups.ts'

/** One problem of one line. Lines count from 1. */
export interface Finding {
  line: number
  verdict: 'rejected' | 'quarantined' | 'duplicate'
  problem: Problem
}

/** The result of checking a file. */
export interface Report {
  /** Lines that are not blank. */
  lines: number
  accepted: number
  rejected: number
  quarantined: number
  duplicates: number
  groups: OwnGroup[]
  /** The first findings, at most `MOST_FINDINGS`. */
  findings: Finding[]
  /** The number of all findings, listed or not. */
  findingsTotal: number
  export: AnonymousFile | null
  /** How the output of a benchmark was converted; null for a file of samples. */
  conversion: Conversion | null
}

/** What became of the output of a benchmark. */
export interface Conversion {
  formats: string[]
  groups: Group[]
  samples: number
  runs: number
  /** What was left out or should be known, by reason. */
  reasons: { kind: ImportProblem['kind']; reason: string; units: number }[]
  missing: Pick<Missing, 'option' | 'what' | 'why' | 'units'>[]
}

/** The valid samples, anonymised. */
export interface AnonymousFile {
  blob: Blob
  /** Stands for the tasks in it: part of its name. */
  digest: string
  /** Its text, if that may fit into an address. */
  text: string | null
  samples: number
  /** Samples anonymised here; the others were anonymised already. */
  anonymised: number
  compressed: boolean
  /** Whether the key of the pseudonyms is stored, so that the same sample gets the same pseudonym next time. */
  keyKept: boolean
}

/** Further findings are counted, but not listed. */
export const MOST_FINDINGS = 10_000

/** The message from the page to the worker. */
export interface Task {
  file: File
  /** What the reader of the page says of the output of a benchmark. */
  answers: ImportOptions
  reference: Reference
  /** The current month, YYYY-MM. */
  month: string
}

/** The messages from the worker to the page. */
export type Message =
  | { kind: 'progress'; bytes: number; lines: number }
  | { kind: 'done'; report: Report }
  | { kind: 'failed'; message: string }
