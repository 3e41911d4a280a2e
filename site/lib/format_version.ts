import type { Metric } from '../../contracts/metrics.ts'
import type { Outcome } from './answers/figures.ts'
import { formatOutcome } from './answers/format_outcome.ts'

/** Community verdicts on a version. Each has a glyph, so that they do not differ by colour alone. */
export const VERDICT_LABELS: Record<'suspected' | 'confirmed', { glyph: string; meaning: string }> = {
  suspected: { glyph: '▽', meaning: 'at least 6 pairs, p ≤ 0.02, at least 3 % slower' },
  confirmed: {
    glyph: '▼',
    meaning: 'suspected, and holds among all tests of the version step (Benjamini–Hochberg, q = 0.1)',
  },
}

/** A relative change with its sign: `+3.1 %`, `−12 %`. */
export function formatEffect(effect: number): string {
  const percent = effect * 100
  const size = Math.abs(percent)
  const text = size >= 10 ? size.toFixed(0) : size.toFixed(1)
  if (Number(text) === 0) return '0 %'
  return `${percent < 0 ? '−' : '+'}${text} %`
}

/** A p value at three decimals, or `< 0.001`. */
export function formatP(p: number): string {
  return `≤ ${Number(p.toPrecision(2))}`
}

/** Glyph and word for the effect of a newer version on a configuration. */
export function formatChange(outcome: Outcome, metric: Metric): { glyph: string; word: string } {
  const isDecided = outcome === 'better' || outcome === 'worse'
  return isDecided ? formatOutcome(outcome, metric) : { glyph: '≈', word: 'within the spread' }
}

interface StepName {
  from: string
  to: string
  variant: string
  metric: Metric
  source: string
}

/** `b5863 → b6077 · vulkan` */
export function stepLabel({ from, to, variant }: StepName): string {
  return `${from} → ${to}${variant && ` · ${variant}`}`
}

/** The anchor of a version step on the page of the versions. */
export function stepAnchor({ from, to, variant, metric, source }: StepName): string {
  return [from, to, variant, metric, source].join('-').replace(/[^\w.-]+/g, '-')
}
