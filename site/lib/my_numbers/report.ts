import type { Problem } from '../../../contracts/problem.ts'
import type { Reference } from './reference.ts'
import type { OwnGroup } from './tally_groups.ts'

/** One thing said about one line. Lines count from 1. */
export interface Finding {
  line: number
  verdict: 'rejected' | 'quarantined' | 'duplicate'
  problem: Problem
}

/** What was found in a file. */
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
  /** All of them, those included that are not listed. */
  findingsTotal: number
  export: AnonymousFile | null
}

/** The samples that fit the contract, in the form for publication. */
export interface AnonymousFile {
  blob: Blob
  samples: number
  /** Samples that were anonymised here; the others came so. */
  anonymised: number
  compressed: boolean
  /** Whether the key of the pseudonyms stays in this browser, so that the same sample gets the same name the next time. */
  keyKept: boolean
}

/** More findings than these are counted, not listed. */
export const MOST_FINDINGS = 10_000

/** What the page asks of the worker. */
export interface Task {
  file: File
  reference: Reference
  /** The current month, YYYY-MM. */
  month: string
}

/** What the worker says. */
export type Message =
  | { kind: 'progress'; bytes: number; lines: number }
  | { kind: 'done'; report: Report }
  | { kind: 'failed'; message: string }
