import { parseVersion, type RegressionRow, stepCount } from '../../contracts/index.ts'
import type { RegressionTest } from './aggregates.ts'

/** Largest p-value and effect of a suspected regression. */
const SUSPECTED = { p_value: 0.02, effect: -0.03 }
/** Share of false alarms among confirmed regressions (Benjamini-Hochberg). */
const FALSE_DISCOVERIES = 0.1
/** The bounds that p-values are published as: the exact one would tell the number of pairs. */
const P_VALUES = [0.0001, 0.001, 0.01, SUSPECTED.p_value]

/**
 * The tests that found a regression: suspected ones, and those confirmed: among all tests that the same month brought of the same step from
 * release to release, and by the number of pairs alone, which one pair moves by one however large its change is. Later months change nothing.
 *
 * @param isPrivate whether the exact number of pairs and p-value may be told
 */
export function judgeRegressions(tests: readonly RegressionTest[], isPrivate: boolean): RegressionRow[] {
  const steps = Map.groupBy(tests, ({ engine, month, from_version, to_version }) =>
    [engine, month, ...[from_version, to_version].map((version) => parseVersion(version).order!.join('.'))].join(' '),
  )
  const rows = [...steps.values()].flatMap(judgeStep).sort(byEngineAndEffect)
  return isPrivate ? rows : rows.map(blur)
}

function blur(row: RegressionRow): RegressionRow {
  return { ...row, pairs: stepCount(row.pairs), p_value: P_VALUES.find((bound) => row.p_value <= bound)! }
}

function judgeStep(tests: readonly RegressionTest[]): RegressionRow[] {
  const sorted = tests.map(({ p_value }) => p_value).sort((a, b) => a - b)
  // Of equal p-values each has the place of the last: with 6 pairs all that fall have the same.
  const bound = sorted.findLast((p, i) => p <= (FALSE_DISCOVERIES * (i + 1)) / tests.length) ?? -1
  return tests
    .filter(({ p_value, effect }) => p_value <= SUSPECTED.p_value && effect <= SUSPECTED.effect)
    .map(({ rises, ...test }) => ({
      ...test,
      metric: 'decode_tps',
      effect: Number(test.effect.toFixed(3)),
      verdict: test.p_value <= bound && signTest(test.pairs, rises) <= SUSPECTED.p_value ? 'confirmed' : 'suspected',
    }))
}

/** How likely as few of `pairs` rise as did, if rises and falls are equally likely (exact, one-sided). */
function signTest(pairs: number, rises: number): number {
  let [ways, sum] = [1, 0]
  for (let i = 0; i <= rises; i++) {
    sum += ways
    ways *= (pairs - i) / (i + 1)
  }
  return sum / 2 ** pairs
}

function byEngineAndEffect(a: RegressionRow, b: RegressionRow): number {
  return (
    compareTexts([a.engine, a.to_version], [b.engine, b.to_version]) ||
    a.effect - b.effect ||
    compareTexts(Object.values(a), Object.values(b))
  )
}

function compareTexts(a: unknown[], b: unknown[]): number {
  const [own, other] = [a.join('\n'), b.join('\n')]
  return own < other ? -1 : own > other ? 1 : 0
}
