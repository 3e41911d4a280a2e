import type { Kind } from '../labels.ts'
import type { Figure } from './types.ts'

/** How one figure compares with another of the same kind; `open`: too few contributors to tell. */
export type Outcome = 'better' | 'worse' | 'tie' | 'open'

interface Terms {
  kind: Kind
  higherIsBetter: boolean
}

/**
 * Ranks one figure against another. Community figures: better only if the 95 % intervals of the medians are disjoint.
 * Curated figures are exact and carry no interval: by median, a tie only if the medians are equal.
 */
export function judgeMedians(a: Figure, b: Figure, { kind, higherIsBetter }: Terms): Outcome {
  if (kind === 'community') return judgeIntervals(a, b, higherIsBetter)
  if (a.p50 === b.p50) return 'tie'
  return a.p50 > b.p50 === higherIsBetter ? 'better' : 'worse'
}

/** As `judgeMedians`, but curated figures whose p25–p75 overlap also tie: for two figures of the same stratum. */
export function judgeStratum(a: Figure, b: Figure, terms: Terms): Outcome {
  const overlaps = a.p25 <= b.p75 && b.p25 <= a.p75
  return terms.kind === 'curated' && overlaps ? 'tie' : judgeMedians(a, b, terms)
}

function judgeIntervals(a: Figure, b: Figure, higherIsBetter: boolean): Outcome {
  if (!a.interval || !b.interval) return 'open'
  if (a.interval[0] > b.interval[1]) return higherIsBetter ? 'better' : 'worse'
  if (a.interval[1] < b.interval[0]) return higherIsBetter ? 'worse' : 'better'
  return 'tie'
}

/** The bounds drawn around a median: its 95 % interval if it has one, else p25–p75. */
export function boundsOf({ interval, p25, p75 }: Figure): [low: number, high: number] {
  return interval ?? [p25, p75]
}

/** The end of a scale from 0: the largest bound of the figures, rounded up to two significant digits. */
export function scaleEnd(figures: Figure[]): number {
  const most = Math.max(...figures.map((figure) => boundsOf(figure)[1]))
  const step = 10 ** (Math.floor(Math.log10(most)) - 1)
  return Number((Math.ceil(most / step) * step).toPrecision(2))
}
