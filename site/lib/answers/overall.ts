import type { Outcome } from './figures.ts'

/** How one side compares with the other over many strata. */
export interface Overall {
  counts: Record<Outcome, number>
  outcome: Outcome
  /** Median of the ratios of all strata, and their range. */
  ratio: { mid: number; low: number; high: number }
}

/** The largest p at which the sign test calls a side better. */
const SIGN_TEST_P = 0.05
/** With fewer decided strata the sign test cannot reach its p. */
const FEW = 6

/**
 * The verdict over all strata of a group: `open` if every stratum is open, else the exact two-sided sign test on the decided strata, at
 * p ≤ 0.05. Fewer than 6 decided strata cannot reach that p; then a side has to win every stratum.
 */
export function judgeOverall(contrasts: readonly { outcome: Outcome; ratio: number }[]): Overall {
  const counts: Record<Outcome, number> = { better: 0, worse: 0, tie: 0, open: 0 }
  for (const { outcome } of contrasts) counts[outcome]++
  const ratios = contrasts.map(({ ratio }) => ratio).sort((a, b) => a - b)
  const ratio = { mid: median(ratios), low: ratios[0] ?? Number.NaN, high: ratios.at(-1) ?? Number.NaN }
  return { counts, outcome: decide(counts), ratio }
}

function decide({ better, worse, tie, open }: Record<Outcome, number>): Outcome {
  if (better + worse + tie === 0) return 'open'
  const leads = better > worse ? 'better' : 'worse'
  if (better + worse < FEW) return Math.max(better, worse) === better + worse + tie + open ? leads : 'tie'
  return signTest(better, worse) <= SIGN_TEST_P ? leads : 'tie'
}

/** Exact two-sided p of `wins` against `losses` under equal chances. */
export function signTest(wins: number, losses: number): number {
  const n = wins + losses
  let term = 0.5 ** n
  let tail = 0
  for (let k = 0; k <= Math.min(wins, losses); k++) {
    tail += term
    term *= (n - k) / (k + 1)
  }
  return Math.min(1, 2 * tail)
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)]!
  return Math.sqrt(sorted[middle - 1]! * sorted[middle]!)
}
