import { METRIC_INFO, type Metric } from '../../../contracts/metrics.ts'
import type { Outcome } from './figures.ts'

/** Glyph and word for the outcome of the first side against the second in one stratum. */
export function formatOutcome(outcome: Outcome, metric: Metric): { glyph: string; word: string } {
  const isLatency = !METRIC_INFO[metric].higher_is_better
  if (outcome === 'better') return { glyph: '▲', word: isLatency ? 'sooner' : 'faster' }
  if (outcome === 'worse') return { glyph: '▼', word: isLatency ? 'later' : 'slower' }
  return outcome === 'tie' ? { glyph: '≈', word: 'indistinguishable' } : { glyph: '?', word: 'too few contributors' }
}
