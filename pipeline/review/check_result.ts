import type { InputVerdicts, Problem } from '../../contracts/index.ts'
import type { Unknown } from '../read/catalog_index.ts'
import type { Partition } from '../strata/partition.ts'

/** Lines kept out of the published tables though they fit the contract. */
export interface Quarantine {
  path: string
  /** Number of the line, or of the first of several duplicates; null where the reason holds for all `lines` of a configuration. */
  line: number | null
  /** Number of the last of several duplicates. */
  last_line: number | null
  lines: number
  reason: string
  unknown: Unknown | null
  /** The path of the file in which a duplicate counts. */
  counts_in: string | null
}

/** The lines of a file by verdict. */
export type FileVerdicts = Omit<InputVerdicts, 'reasons'>

/** What a check found, in order of files and lines. */
export interface CheckResult {
  verdicts: FileVerdicts[]
  rejections: { path: string; line: number; problem: Problem }[]
  quarantines: Quarantine[]
  /** What was accepted, counted, in parts that have nothing to do with each other. */
  partitions: Partition[]
}
