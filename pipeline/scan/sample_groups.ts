import type { AnonymizedExport } from '../../contracts/index.ts'
import { CONCURRENCY_BUCKETS, loadIndex } from '../../contracts/load.ts'
import { PROMPT_BUCKETS, promptIndex } from '../../contracts/metrics.ts'
import { VARIABLES } from '../../contracts/scan/variable.ts'
import { GroupCounter, type ScannedGroup } from './group_counter.ts'
import { CONCURRENCY, type FixedMembers, type Measurements, TOKENS_IN } from './measure.ts'

/** What samples of one template, or of several that only write it differently, have in common. */
export interface Configuration {
  /** The members that are no variables, and those that are null. */
  fixed: FixedMembers
  groups: GroupCounter[]
}

/** Counts samples in groups by configuration, prompt size and concurrency. */
export class SampleGroups {
  readonly #configurations = new Map<string, Configuration>()
  readonly #groups: GroupCounter[] = []

  get configurations(): number {
    return this.#configurations.size
  }

  find(sample: AnonymizedExport): Configuration {
    const fixed: Record<string, unknown> = { ...sample }
    for (const { key } of VARIABLES) if (fixed[key] !== null) delete fixed[key]
    const name = JSON.stringify(fixed, Object.keys(fixed).sort())
    const known = this.#configurations.get(name)
    if (known !== undefined) return known
    const configuration = { fixed: fixed as unknown as FixedMembers, groups: [] }
    this.#configurations.set(name, configuration)
    return configuration
  }

  /** @param day YYYYMMDD */
  count({ fixed, groups }: Configuration, line: Measurements, day: number): void {
    const tokensIn = line[TOKENS_IN]!
    // No task has a prompt of 0 tokens: that one ended before they were counted.
    const size = promptIndex(tokensIn === 0 ? Number.NaN : tokensIn)
    const load = loadIndex(fixed.measurement_type, line[CONCURRENCY]!)
    const place = load * PROMPT_BUCKETS.length + size
    if (groups[place] === undefined) {
      const names = { prompt_bucket: PROMPT_BUCKETS[size]!, concurrency_bucket: CONCURRENCY_BUCKETS[load]! }
      groups[place] = new GroupCounter({ fixed, ...names })
      this.#groups.push(groups[place])
    }
    groups[place].count(line, day)
  }

  /** What was counted since the last time. */
  take(): ScannedGroup[] {
    return this.#groups.filter(({ lines }) => lines > 0).map((group) => group.take())
  }
}

/** Sets the numbers of a sample that was parsed; returns its day, YYYYMMDD. */
export function setMeasurements(line: Measurements, sample: Record<string, unknown> & { ts: string }): number {
  for (const [i, { key, kind }] of VARIABLES.entries()) {
    const value = sample[key]
    line[i] = kind === 'number' && typeof value === 'number' ? value : Number.NaN
  }
  return Number(sample.ts.slice(0, 10).replaceAll('-', ''))
}
