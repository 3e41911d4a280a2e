import type { AnonymizedExport } from '../../contracts/index.ts'
import { promptBucket } from '../../contracts/metrics.ts'
import { GroupCounter, type ScannedGroup } from '../scan/group_counter.ts'
import { MEMBERS } from '../scan/member.ts'

/** Counts samples that were parsed in the groups in which a scan of the same lines would count them. */
export class SampleCounter {
  readonly #groups = new Map<string, GroupCounter>()
  readonly #values = new Float64Array(MEMBERS.length)

  add(sample: AnonymizedExport): void {
    const texts = this.#split(sample)
    // No task has a prompt of 0 tokens: that one ended before they were counted.
    const bucket = sample.tokens_in === 0 ? 'unknown' : promptBucket(sample.tokens_in)
    const key = `${bucket} ${JSON.stringify(texts)}`
    const group = this.#groups.get(key) ?? new GroupCounter(texts, bucket, false)
    this.#groups.set(key, group)
    group.count(this.#values, Number(sample.ts.slice(0, 10).replaceAll('-', '')))
  }

  take(): ScannedGroup[] {
    return [...this.#groups.values()].map((group) => group.take())
  }

  /** Sets the measurements of a sample; returns the texts of what it is grouped by. */
  #split(sample: Record<string, unknown>): Record<string, string> {
    const texts: Record<string, string> = {}
    for (const [i, { key, role }] of MEMBERS.entries()) {
      const value = sample[key]
      const isMeasured = role === 'whole' || role === 'real'
      this.#values[i] = isMeasured && typeof value === 'number' ? value : Number.NaN
      if (role === 'dictionary' ? value !== undefined : isMeasured && value === null) texts[key] = JSON.stringify(value)
    }
    return texts
  }
}
