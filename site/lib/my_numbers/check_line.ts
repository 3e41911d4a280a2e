import { describeImplausible } from '../../../contracts/describe_implausible.ts'
import { describeUnknown } from '../../../contracts/describe_unknown.ts'
import { judgeLine } from '../../../contracts/judge.ts'
import type { NameIndex, Resolved } from '../../../contracts/name_index.ts'
import { claimOfLine, findImplausibleClaim } from '../../../contracts/plausibility.ts'
import type { Problem } from '../../../contracts/problem.ts'
import type { TelemetryEvent } from '../../../contracts/telemetry_event.ts'

/** The verdict on a line. A quarantined one meets the contract, but does not count. */
export type LineVerdict =
  | { verdict: 'accepted'; sample: TelemetryEvent; known: Resolved }
  | { verdict: 'quarantined'; sample: TelemetryEvent; problems: Problem[] }
  | { verdict: 'rejected'; problems: Problem[] }

/**
 * Checks a line as the pipeline would after anonymisation; null stands for bytes that are not UTF-8. `month` is the current release, YYYY-MM.
 */
export function checkLine(line: string | null, names: NameIndex, month: string): LineVerdict {
  if (line === null) return { verdict: 'rejected', problems: [NOT_TEXT] }
  const judgement = judgeLine('telemetry_event', line)
  if (judgement.verdict === 'rejected') return judgement
  const sample = judgement.value as TelemetryEvent
  const resolution = names.resolve(sample)
  if ('unknown' in resolution) {
    return { verdict: 'quarantined', sample, problems: resolution.unknown.map((name) => describeUnknown(name, names)) }
  }
  const implausible = findImplausibleClaim(claimOfLine(sample, month), resolution.known)
  if (implausible) return { verdict: 'quarantined', sample, problems: [describeImplausible(implausible)] }
  return { verdict: 'accepted', sample, known: resolution.known }
}

const NOT_TEXT: Problem = {
  column: 1,
  path: '$',
  expected: 'UTF-8 text',
  found: 'bytes that are not UTF-8',
  fix: 'save the file as UTF-8',
}
