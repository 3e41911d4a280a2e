import type { BenchmarkRun } from '../../../contracts/benchmark_run.ts'
import { describeImplausible } from '../../../contracts/describe_implausible.ts'
import { describeUnknown } from '../../../contracts/describe_unknown.ts'
import { judgeLine } from '../../../contracts/judge.ts'
import type { NameIndex, Resolved } from '../../../contracts/name_index.ts'
import { claimOfLine, findImplausibleClaim } from '../../../contracts/plausibility.ts'
import type { Problem } from '../../../contracts/problem.ts'
import type { TelemetryEvent } from '../../../contracts/telemetry_event.ts'

/** The verdict on a line. A quarantined one meets the contract, but does not count. */
export type LineVerdict =
  | { verdict: 'accepted'; line: TelemetryEvent | BenchmarkRun; known: Resolved }
  | { verdict: 'quarantined'; line: TelemetryEvent | BenchmarkRun; problems: Problem[] }
  | { verdict: 'rejected'; problems: Problem[] }

/**
 * Checks a line as the pipeline would after anonymisation; null stands for bytes that are not UTF-8. `month` is the current release, YYYY-MM.
 */
export function checkLine(line: string | null, names: NameIndex, month: string): LineVerdict {
  if (line === null) return { verdict: 'rejected', problems: [NOT_TEXT] }
  const judgement = judgeLine(/"origin"\s*:/.test(line) ? 'benchmark_run' : 'telemetry_event', line)
  if (judgement.verdict === 'rejected') return judgement
  const value = judgement.value as TelemetryEvent | BenchmarkRun
  const resolution = names.resolve(value)
  if ('unknown' in resolution) {
    const problems = resolution.unknown.map((name) => describeUnknown(name, names))
    return { verdict: 'quarantined', line: value, problems }
  }
  const implausible = findImplausibleClaim(claimOfLine(value, month), resolution.known)
  if (implausible) return { verdict: 'quarantined', line: value, problems: [describeImplausible(implausible)] }
  return { verdict: 'accepted', line: value, known: resolution.known }
}

const NOT_TEXT: Problem = {
  column: 1,
  path: '$',
  expected: 'UTF-8 text',
  found: 'bytes that are not UTF-8',
  fix: 'save the file as UTF-8',
}
