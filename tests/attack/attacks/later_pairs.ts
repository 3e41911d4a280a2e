import type { RegressionRow } from '../../../contracts/index.ts'
import { createRandom } from '../../bench/random.ts'
import { addLines, MONTHS, task } from '../support/corpora.ts'
import type { Sample } from '../support/samples.ts'

const [FORMER, LATER] = ['0.10.1', '0.10.2']
/** Runs at a load of its own, so that no other cell has its samples. */
const CONFIGURATION = { concurrency: 100, tokens_in: 5000 }
const FIRST_PAIRS = 8

/** Adds a month of contributors who run two versions, the later a tenth slower: eight in the first month, one more in each that follows. */
export function addPairedMonth(dataDir: string, seed: number, monthIndex: number): void {
  for (let index = 0; index < FIRST_PAIRS + monthIndex; index++) {
    const speed = 80 * createRandom(seed * 13 + index).lognormal(1, 0.1)
    const random = createRandom(seed * 977 + index * 31 + monthIndex)
    const host_id = String(index + 1).padStart(16, '0')
    const lines = [FORMER, LATER].flatMap((engine_version) =>
      Array.from({ length: 12 }, () =>
        task(random, engine_version === LATER ? 0.9 * speed : speed, MONTHS[monthIndex]!, {
          ...CONFIGURATION,
          host_id,
          engine_version,
        }),
      ),
    )
    addLines(dataDir, `pair-${seed}x${index}q`, MONTHS[monthIndex]!, lines)
  }
}

/** Of each step that two releases judge, by how many pairs they differ; 0 where they say the same. */
export function comparePairs(before: RegressionRow[], after: RegressionRow[], newPairs: number): number[] {
  const nameOf = ({ effect: _e, p_value: _p, pairs: _n, verdict: _v, month: _m, ...step }: RegressionRow) =>
    JSON.stringify(step)
  const former = new Map(before.map((row) => [nameOf(row), JSON.stringify(row)]))
  const both = after.filter((row) => former.has(nameOf(row)))
  return both.map((row) => (former.get(nameOf(row)) === JSON.stringify(row) ? 0 : newPairs))
}

/** The negative control: a publisher that counts the pairs of all months so far. */
export function poolPairs(samples: Sample[]): number {
  const own = samples.filter(({ line }) => line.concurrency === CONFIGURATION.concurrency)
  const versions = Map.groupBy(own, ({ contributor }) => contributor).values()
  return [...versions].filter((all) => new Set(all.map(({ line }) => line.engine_version)).size === 2).length
}
