import { formatProblem } from '../contracts/index.ts'
import { nearestNames } from './check/candidates.ts'
import type { CatalogIndex } from './check/catalog_index.ts'
import type { CheckResult, Quarantine } from './check/check.ts'
import type { Refusal } from './read/discover.ts'

/** The verdicts of a check in a form for machines: counts by file, and every line or set-up that was not accepted. */
export interface VerdictReport {
  files: CheckResult['verdicts']
  refused: Refusal[]
  rejected: {
    path: string
    line: number
    column: number
    json_path: string
    expected: string
    found: string
    fix: string
  }[]
  quarantined: {
    path: string
    line: number | null
    lines: number
    reason: string
    name: string | null
    candidates: string[]
  }[]
}

/** Collects what a check found; the nearest known names stand beside each unknown one. */
export function reportVerdicts(check: CheckResult, refused: Refusal[], catalog: CatalogIndex): VerdictReport {
  return {
    files: check.verdicts,
    refused,
    rejected: check.rejections.map(({ path, line, problem: { path: json_path, ...rest } }) => ({
      path,
      line,
      json_path,
      ...rest,
    })),
    quarantined: mergeSetUps(check.quarantines).map(({ path, line, lines, reason, unknown }) => ({
      path,
      line,
      lines,
      reason,
      name: unknown?.name ?? null,
      candidates: unknown ? nearestNames(catalog, unknown) : [],
    })),
  }
}

/** One entry for each unknown name of a file, in a fixed order. */
function mergeSetUps(quarantines: Quarantine[]): Quarantine[] {
  const merged = new Map<string, Quarantine>()
  for (const entry of quarantines) {
    const key = [entry.path, entry.line ?? '', entry.reason, entry.unknown?.name ?? ''].join('\n')
    const known = merged.get(key)
    if (known) known.lines += entry.lines
    else merged.set(key, { ...entry })
  }
  return [...merged.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
}

/** The report in lines for people: what was refused and rejected, then what was quarantined. */
export function describeReport(report: VerdictReport): string[] {
  return [
    ...report.refused.map(
      ({ path, expected, found, fix }) => `${path}: refused: expected ${expected}, found ${found}. Fix: ${fix}.`,
    ),
    ...report.rejected.map(({ path, line, json_path, ...rest }) =>
      formatProblem(path, line, { path: json_path, ...rest }),
    ),
    ...report.quarantined.map(describeQuarantine),
  ]
}

function describeQuarantine({
  path,
  line,
  lines,
  reason,
  name,
  candidates,
}: VerdictReport['quarantined'][number]): string {
  const place =
    line === null ? `${path}: ${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'}` : `${path}:${line}`
  const what = name === null ? '' : ` "${name}"`
  const near = candidates.length === 0 ? '' : ` Nearest known: ${candidates.join(', ')}.`
  return `${place}: quarantined: ${reason}${what}.${near}`
}

const COUNTS = ['lines', 'accepted', 'rejected', 'quarantined'] as const

/** Lines in all, and by verdict, in words. */
export function describeCounts(files: CheckResult['verdicts']): string {
  const [lines, ...rest] = COUNTS.map(
    (key) => `${files.reduce((sum, file) => sum + file[key], 0).toLocaleString('en')} ${key}`,
  )
  return `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${lines}: ${rest.join(', ')}`
}
