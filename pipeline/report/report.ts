import {
  describeImplausible,
  describeUnknown,
  formatProblem,
  type ImplausibleClaim,
  type InputVerdicts,
  nearestNames,
  type Problem,
  showPath,
} from '../../contracts/index.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { Refusal } from '../read/discover.ts'
import type { Findings, Quarantine } from '../review/file_findings.ts'
import { count } from './count.ts'

/** The verdicts of a check in a form for machines: counts by file, and every line or configuration that was not accepted. */
export interface VerdictReport {
  files: InputVerdicts[]
  refused: Refusal[]
  rejected: (Omit<Problem, 'path'> & { path: string; line: number; json_path: string })[]
  quarantined: (Omit<Quarantine, 'unknown'> & {
    name: string | null
    candidates: string[]
    /** What to do about it; null where the nearest names, or the file in which a duplicate counts, say it. */
    fix: string | null
  })[]
}

/** Collects what a check found; the nearest known names stand beside each unknown one. */
export function reportVerdicts(findings: Findings[], refused: Refusal[], catalog: CatalogIndex): VerdictReport {
  const rejections = findings.flatMap((file) => file.rejections)
  const quarantines = findings.flatMap((file) => file.quarantines)
  return {
    // Contributors are folders of a public repository, so that each file can be named; which cell a file went into is not said.
    files: findings.map(({ verdicts, quarantines: own }) => ({ ...verdicts, reasons: countReasons(own) })),
    refused,
    rejected: rejections.map(({ problem: { path: json_path, ...rest }, ...place }) => ({
      ...place,
      json_path,
      ...rest,
    })),
    quarantined: sortQuarantines(quarantines).map(({ unknown, counts_in, ...entry }) => ({
      ...entry,
      name: unknown?.name ?? null,
      candidates: unknown ? nearestNames(catalog, unknown) : [],
      fix: remedyFor(unknown, entry.implausible, catalog),
      counts_in,
    })),
  }
}

function remedyFor(
  unknown: Quarantine['unknown'],
  implausible: ImplausibleClaim | null,
  catalog: CatalogIndex,
): string | null {
  if (implausible !== null) return describeImplausible(implausible).fix
  return unknown === null || unknown.why === 'unknown' ? null : describeUnknown(unknown, catalog).fix
}

function sortQuarantines(quarantines: readonly Quarantine[]): Quarantine[] {
  const keyOf = ({ path, line, reason, unknown }: Quarantine) =>
    [path, line ?? '', reason, unknown?.name ?? ''].join('\n')
  return quarantines.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** Quarantined lines by reason, in order of the reasons. */
export function countReasons(quarantines: readonly Pick<Quarantine, 'reason' | 'lines'>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { reason, lines } of quarantines) counts[reason] = (counts[reason] ?? 0) + lines
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The report in lines for people: what was refused and rejected, then what was quarantined. */
export function describeReport(report: VerdictReport): string[] {
  return [
    ...report.refused.map(describeRefusal),
    ...report.rejected.map(({ path, line, json_path, ...rest }) =>
      formatProblem(showPath(path), line, { path: json_path, ...rest }),
    ),
    ...report.quarantined.map((entry) =>
      entry.lines > 1 && entry.line !== null ? describeCopies(entry) : describeQuarantine(entry),
    ),
  ]
}

/** Why a file is not read, in words. */
export function describeRefusal({ path, expected, found, fix }: Refusal): string {
  return `${showPath(path)}: refused: expected ${expected}, found ${found}. Fix: ${fix}.`
}

type QuarantineEntry = VerdictReport['quarantined'][number]

function describeCopies({ path, line, last_line, lines, counts_in }: QuarantineEntry): string {
  const range = `lines ${line!.toLocaleString('en')} to ${last_line!.toLocaleString('en')}`
  return `${showPath(path)}: ${count(lines, 'line')} (${range}): quarantined: duplicate: ${explainCopy(path, counts_in)}.`
}

function describeQuarantine(entry: QuarantineEntry): string {
  const { path, line, lines, reason, name, implausible, counts_in } = entry
  const place = line === null ? `${showPath(path)}: ${count(lines, 'line')}` : `${showPath(path)}:${line}`
  if (reason === 'private_model') return `${place}: in no table: the contributor keeps the name of the model private.`
  const what = name === null ? '' : ` "${name}"`
  const claim = implausible && describeImplausible(implausible)
  const why = claim ? `: expected ${claim.expected}, found ${claim.found}` : ''
  const copy = reason === 'duplicate' ? `: ${explainCopy(path, counts_in)}` : why
  return `${place}: quarantined: ${reason}${what}${copy}.${remedyOf(entry)}`
}

function remedyOf({ fix, candidates }: QuarantineEntry): string {
  if (fix !== null) return ` Fix: ${fix}.`
  return candidates.length === 0 ? '' : ` Nearest known: ${candidates.join(', ')}.`
}

/** A sample counts once: where it came first, or in the first file of its contributor. */
function explainCopy(path: string, counts_in: string | null): string {
  if (counts_in === null) return 'counts elsewhere already'
  return counts_in === path ? 'counts on an earlier line already' : `counts in ${showPath(counts_in)} already`
}

const VERDICTS = ['accepted', 'rejected', 'quarantined'] as const
type Counts = Record<'lines' | (typeof VERDICTS)[number], number>

/** Lines in all, and by verdict, in words. */
export function describeCounts(files: readonly Counts[]): string {
  const sum = (key: keyof Counts) => files.reduce((total, file) => total + file[key], 0)
  const verdicts = VERDICTS.map((key) => `${sum(key).toLocaleString('en')} ${key}`)
  return `${count(files.length, 'file')}, ${count(sum('lines'), 'line')}: ${verdicts.join(', ')}`
}

/** Whether nothing was refused or rejected. */
export const isClean = ({ refused, rejected }: VerdictReport): boolean => refused.length === 0 && rejected.length === 0
