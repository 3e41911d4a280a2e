import { groupBy } from './group_by.ts'
import type { LlamaBenchTest } from './llama_bench_row.ts'

/** The lengths that llama-bench tests when nothing else is asked for. */
const DEFAULT_PROMPT = 512
const DEFAULT_GENERATION = 128

export interface TestPair {
  prompt: LlamaBenchTest
  generation: LlamaBenchTest
}

export interface Pairing {
  pairs: TestPair[]
  unpaired: LlamaBenchTest[]
}

/**
 * Pairs prompt tests with generation tests of the same file and configuration, each used at most once.
 *
 * Within a configuration both are ranked by how near their length lies to the default (512 prompt tokens, 128 generated
 * tokens; nearness as a ratio, the shorter first among equals, then the order of the file), and equal ranks are paired. So
 * pp512 is paired with tg128, and if both were swept over powers of two, pp256 with tg64 and pp1024 with tg256.
 */
export function pairTests(tests: readonly LlamaBenchTest[]): Pairing {
  const pairing: Pairing = { pairs: [], unpaired: [] }
  for (const group of groupBy(tests, ({ place, configuration }) => `${place.file}\0${configuration}`).values()) {
    const prompts = rankByNearness(group, (test) => test.row.n_prompt, DEFAULT_PROMPT)
    const generations = rankByNearness(group, (test) => test.row.n_gen, DEFAULT_GENERATION)
    const count = Math.min(prompts.length, generations.length)
    for (let rank = 0; rank < count; rank++) {
      pairing.pairs.push({ prompt: prompts[rank]!, generation: generations[rank]! })
    }
    pairing.unpaired.push(...prompts.slice(count), ...generations.slice(count))
  }
  return pairing
}

/** The tests that have such a length, nearest to the default first; the sort is stable, so equal ones keep the file's order. */
function rankByNearness(
  tests: readonly LlamaBenchTest[],
  lengthOf: (test: LlamaBenchTest) => number,
  standard: number,
): LlamaBenchTest[] {
  const distance = (test: LlamaBenchTest) => Math.abs(Math.log2(lengthOf(test) / standard))
  return tests
    .filter((test) => lengthOf(test) > 0)
    .sort((a, b) => distance(a) - distance(b) || lengthOf(a) - lengthOf(b))
}
