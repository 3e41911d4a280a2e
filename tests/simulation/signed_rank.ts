import { median, walshMeans } from './estimators.ts'

/**
 * The regression test without precautions: whether changes of ln(v), one per pair, are a loss by the exact one-sided signed-rank test at 2 % and
 * a Hodges-Lehmann estimate of -3 % or less. Changes are continuous: ties do not occur.
 */
export function flagSignedRank(changes: readonly number[]): boolean {
  if (changes.length < 6 || Math.exp(median(walshMeans(changes))) - 1 > -0.03) return false
  const byLength = changes.toSorted((a, b) => Math.abs(a) - Math.abs(b))
  const positive = byLength.reduce((sum, change, i) => sum + (change > 0 ? i + 1 : 0), 0)
  return signedRankP(changes.length, positive) <= 0.02
}

/** How likely a sum of positive ranks of at most `positive` is among `n` pairs, if rises and falls are equally likely. */
export function signedRankP(n: number, positive: number): number {
  let ways = [1]
  for (let rank = 1; rank <= n; rank++)
    ways = Array.from({ length: ways.length + rank }, (_, sum) => (ways[sum] ?? 0) + (ways[sum - rank] ?? 0))
  return ways.slice(0, positive + 1).reduce((sum, count) => sum + count, 0) / 2 ** n
}
