import { normalCdf } from './normal.ts'

/**
 * One-sided Mann-Whitney test that `after` is smaller than `before`, both ascending, all samples taken as independent: p by the normal
 * approximation with continuity correction, good from 20 samples on. Values are continuous: ties do not occur.
 */
export function mannWhitney(before: Float64Array, after: Float64Array): number {
  let [u, below] = [0, 0]
  for (const value of after) {
    while (below < before.length && before[below]! < value) below++
    u += below
  }
  const pairs = before.length * after.length
  const sd = Math.sqrt((pairs * (before.length + after.length + 1)) / 12)
  return normalCdf((u + 0.5 - pairs / 2) / sd)
}
