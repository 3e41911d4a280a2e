import { nearestNames } from '../../../contracts/candidates.ts'
import { judgeLine } from '../../../contracts/judge.ts'
import type { NameIndex, Resolved, Unknown } from '../../../contracts/name_index.ts'
import { claimOfLine, findImplausibility, type Implausibility } from '../../../contracts/plausibility.ts'
import type { Problem } from '../../../contracts/problem.ts'
import { showName } from '../../../contracts/show.ts'
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
  const implausibility = findImplausibility(claimOfLine(sample, month), resolution.known)
  if (implausibility) return { verdict: 'quarantined', sample, problems: [IMPLAUSIBLE[implausibility]] }
  return { verdict: 'accepted', sample, known: resolution.known }
}

const NOT_TEXT: Problem = {
  column: 1,
  path: '$',
  expected: 'UTF-8 text',
  found: 'bytes that are not UTF-8',
  fix: 'save the file as UTF-8',
}

const KEYS: Record<Unknown['what'], [key: string, noun: string]> = {
  model: ['model_ref', 'a model'],
  gpu: ['gpu_name', 'a GPU'],
  engine: ['engine', 'an engine'],
  quantization: ['quantization', 'a quantisation'],
}

function describeUnknown(unknown: Unknown, names: NameIndex): Problem {
  const [key, noun] = KEYS[unknown.what]
  const near = nearestNames(names, unknown).map(showName).join(', ')
  return {
    column: 1,
    path: `$.${key}`,
    expected: `${noun} that the catalogue knows`,
    found: showName(unknown.name),
    fix: near ? `use a name of the catalogue (nearest: ${near}), or add yours to it` : 'add the name to the catalogue',
  }
}

const IMPLAUSIBLE: Record<Implausibility, Problem> = {
  implausible_memory: {
    column: 1,
    path: '$.vram_used_mb_peak',
    expected: 'at most vram_total_mb',
    found: 'more memory in use than in total',
    fix: 'state both over all GPUs of the task, in MB',
  },
  implausible_speed: {
    column: 1,
    path: '$.decode_time_ms',
    expected: 'a decode speed within the memory bandwidth of the GPU',
    found: 'more tokens per second than it allows for one stream',
    fix: 'check decode_time_ms, gpu_count and quantization; state speculative or measurement_type where they apply',
  },
  implausible_date: {
    column: 1,
    path: '$.ts',
    expected: 'a day of the last 13 months',
    found: 'an earlier or later day',
    fix: 'check the clock of the host; older samples are not published',
  },
}
