import { BUCKETS_PER_OCTAVE, bucketValue } from '../../contracts/metrics.ts'
import type { BinRow } from '../../contracts/tables.ts'

type Bin = Pick<BinRow, 'lo' | 'hi' | 'mass' | 'weight'>

/** Weight by bucket index, ascending: each bin's mass × the weight of its cell, spread evenly over its buckets. */
export function rollUp(bins: readonly Bin[]): [index: number, weight: number][] {
  const weights = new Map<number, number>()
  for (const { lo, hi, mass, weight } of bins) {
    const each = (mass * weight) / (hi - lo + 1)
    for (let index = lo; index <= hi; index++) weights.set(index, (weights.get(index) ?? 0) + each)
  }
  return [...weights].sort((a, b) => a[0] - b[0])
}

/** The q-quantile of rolled-up bins: the value of the first bucket at which q of the weight is reached. NaN when there are no bins. */
export function quantile(rolled: readonly (readonly [number, number])[], q: number): number {
  const total = rolled.reduce((sum, [, weight]) => sum + weight, 0)
  let cumulated = 0
  for (const [index, weight] of rolled) {
    cumulated += weight
    if (cumulated >= q * total - 1e-9) return bucketValue(index)
  }
  return Number.NaN
}

export interface Bar {
  /** Bounds of the values in the bar: low < v ≤ high. */
  low: number
  high: number
  /** Share of the distribution, 0 to 1. */
  share: number
}

/** Rolled-up bins as at most `limit` bars of equal width on a log axis, for drawing. */
export function histogramBars(rolled: readonly (readonly [number, number])[], limit: number): Bar[] {
  if (rolled.length === 0) return []
  const first = rolled[0]![0]
  const last = rolled.at(-1)![0]
  const width = 2 ** Math.max(0, Math.ceil(Math.log2((last - first + 1) / limit)))
  const total = rolled.reduce((sum, [, weight]) => sum + weight, 0)
  const bars = new Map<number, number>()
  for (const [index, weight] of rolled) {
    const bar = Math.ceil(index / width)
    bars.set(bar, (bars.get(bar) ?? 0) + weight)
  }
  return [...bars].map(([bar, weight]) => ({
    low: 2 ** (((bar - 1) * width) / BUCKETS_PER_OCTAVE),
    high: 2 ** ((bar * width) / BUCKETS_PER_OCTAVE),
    share: weight / total,
  }))
}
