import type { InputVerdicts } from '../../contracts/index.ts'
import type { Findings, Quarantine } from '../review/file_findings.ts'

/**
 * The verdicts by file with the reasons for which lines are quarantined. Contributors are folders of a public repository, so that each file can
 * be named; which cell a file went into is not said.
 */
export function withReasons(findings: readonly Findings[]): InputVerdicts[] {
  return findings.map(({ verdicts, quarantines }) => ({ ...verdicts, reasons: countReasons(quarantines) }))
}

/** Quarantined lines by reason, in order of the reasons. */
export function countReasons(quarantines: readonly Pick<Quarantine, 'reason' | 'lines'>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { reason, lines } of quarantines) counts[reason] = (counts[reason] ?? 0) + lines
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))
}
