import { groupBy } from '../../group_by.ts'
import type { LlamaBenchTest } from './row.ts'

/** The tests that llama-bench runs when nothing else is asked for: pp512 and tg128, a prompt four times as long as the answer. */
const DEFAULT_PROMPT = 512
const DEFAULT_GENERATION = 128

/** An answer may be up to 8 times as long as the prompt, a prompt up to 1,024 times as long as the answer. */
const LONGEST_ANSWER = 8
const LONGEST_PROMPT = 1024

export interface TestPair {
  prompt: LlamaBenchTest
  generation: LlamaBenchTest
}

export interface Pairing {
  pairs: TestPair[]
  unpaired: LlamaBenchTest[]
}

/**
 * Pairs prompt tests with generation tests of the same configuration, each used at most once, of one file or several.
 *
 * The pairs nearest to the shape of the default come first (prompt four times as long as the answer, measured as a ratio): pp512 meets
 * tg128, and where both were swept over powers of two, pp256 meets tg64. pp4 and tg4096 are no task that anyone ran: they stay alone.
 */
export function pairTests(tests: readonly LlamaBenchTest[]): Pairing {
  const pairing: Pairing = { pairs: [], unpaired: [] }
  for (const group of groupBy(tests, ({ configuration }) => configuration).values()) {
    const left = new Set(group)
    for (const pair of rankPairs(group)) {
      if (!left.has(pair.prompt) || !left.has(pair.generation)) continue
      left.delete(pair.prompt)
      left.delete(pair.generation)
      pairing.pairs.push(pair)
    }
    pairing.unpaired.push(...left)
  }
  return pairing
}

/** Every pair that may be, the best first: by shape, then by nearness to the default lengths, then of one file; the sort is stable. */
function rankPairs(tests: readonly LlamaBenchTest[]): TestPair[] {
  const prompts = tests.filter(({ row }) => row.n_prompt > 0)
  const generations = tests.filter(({ row }) => row.n_gen > 0)
  const pairs = prompts.flatMap((prompt) => generations.map((generation) => ({ prompt, generation })))
  return pairs
    .filter(isTask)
    .map((pair) => ({ pair, cost: costOf(pair) }))
    .sort((a, b) => a.cost.shape - b.cost.shape || a.cost.length - b.cost.length || a.cost.files - b.cost.files)
    .map(({ pair }) => pair)
}

function isTask({ prompt, generation }: TestPair): boolean {
  const ratio = prompt.row.n_prompt / generation.row.n_gen
  return ratio >= 1 / LONGEST_ANSWER && ratio <= LONGEST_PROMPT
}

function costOf({ prompt, generation }: TestPair) {
  const byPrompt = Math.log2(prompt.row.n_prompt / DEFAULT_PROMPT)
  const byGeneration = Math.log2(generation.row.n_gen / DEFAULT_GENERATION)
  return {
    shape: Math.abs(byPrompt - byGeneration),
    length: Math.abs(byPrompt) + Math.abs(byGeneration),
    files: prompt.place.file === generation.place.file ? 0 : 1,
  }
}
