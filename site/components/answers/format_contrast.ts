import { METRIC_INFO } from '../../../contracts/metrics.ts'
import type { Comparison } from '../../data/comparisons.ts'
import type { Outcome } from '../../lib/answers/figures.ts'
import { plural } from '../../lib/format.ts'
import { MEASUREMENT_LABELS } from '../../lib/labels.ts'

type Group = Comparison['groups'][number]

/** `Single stream: decode speed` */
export function groupTitle({ type, metric }: Group): string {
  return `${MEASUREMENT_LABELS[type].title}: ${METRIC_INFO[metric].title.toLowerCase()}`
}

/** The verdict of a group in one sentence, with the better side as its subject. */
export function verdict({ a, b }: Comparison, { overall, metric, contrasts }: Group): string {
  const { outcome, counts } = overall
  const all = contrasts.length
  const strata = plural(all, 'shared stratum', 'shared strata')
  const isBetter = METRIC_INFO[metric].higher_is_better ? 'is faster' : 'gives the first token sooner'
  const wins = (count: number) =>
    all === 1 ? 'on the one shared stratum' : count === all ? `on all ${strata}` : `on ${count} of ${strata}`
  if (outcome === 'better') return `${a.name} ${isBetter} ${wins(counts.better)}`
  if (outcome === 'worse') return `${b.name} ${isBetter} ${wins(counts.worse)}`
  if (outcome === 'open') return `Too few contributors to tell, on ${strata}`
  const decided = counts.better + counts.worse
  if (decided === 0) return `Indistinguishable on ${all === 1 ? 'the one shared stratum' : `all ${strata}`}`
  return `Indistinguishable over ${strata}: ${a.name} ahead on ${counts.better}, ${b.name} on ${counts.worse}`
}

/** `1.62×`; two digits of the difference if two decimals would hide it: `1.0013×`. */
export function formatRatio(ratio: number): string {
  const difference = Math.abs(ratio - 1)
  if (difference > 0 && ratio.toFixed(2) === '1.00') return `${ratio.toFixed(1 - Math.floor(Math.log10(difference)))}×`
  return `${ratio >= 100 ? Math.round(ratio) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)}×`
}

/** A group from the view of the better side, so that ratios read as "times faster"; from the first side if neither is better. */
export interface View {
  own: string
  other: string
  /** Ratio and outcome of every stratum, own over other. */
  marks: { ratio: number; outcome: Outcome }[]
  mid: string
  range: string
}

export function viewOf({ a, b }: Comparison, { overall, contrasts }: Group): View {
  const { mid, low, high } = overall.ratio
  if (overall.outcome !== 'worse') {
    const marks = contrasts.map(({ ratio, outcome }) => ({ ratio, outcome }))
    return { own: a.name, other: b.name, marks, mid: formatRatio(mid), range: formatRatios(low, high) }
  }
  const marks = contrasts.map(({ ratio, outcome }) => ({ ratio: 1 / ratio, outcome }))
  return { own: b.name, other: a.name, marks, mid: formatRatio(1 / mid), range: formatRatios(1 / high, 1 / low) }
}

function formatRatios(low: number, high: number): string {
  return `${formatRatio(low)} to ${formatRatio(high)}`
}
