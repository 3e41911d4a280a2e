import { METRIC_INFO, METRICS } from '../../../contracts/metrics.ts'
import { rentedCost } from '../cost.ts'
import { formatUsd, formatValue } from '../format.ts'
import { TERMS } from '../labels.ts'
import { markBound, speedOf } from '../speed.ts'
import type { Entry, Figure, Matrix } from './entries.ts'

/** What the matrix can be read by: the one speed, the published metrics, throughput, and the cost that follows from speed and rental price. */
export const MEASURES = ['speed', ...METRICS, 'output_tps', 'cost'] as const
export type Measure = (typeof MEASURES)[number]
export const SPEED_MEASURES = [
  'speed',
  'decode_tps',
  'e2e_tps',
  'prefill_tps',
  'output_tps',
] as const satisfies readonly Measure[]

export interface MeasureInfo {
  title: string
  unit: string
  higherIsBetter: boolean
  /** The fastest, the cheapest, … */
  best: string
  /** What the figure says, for someone who sees it for the first time. */
  meaning: string
}

const FROM_METRIC = (metric: (typeof METRICS)[number], best: string, meaning: string): MeasureInfo => {
  const { title, unit, higher_is_better: higherIsBetter } = METRIC_INFO[metric]
  return { title, unit, higherIsBetter, best, meaning }
}

export const MEASURE_INFO: Record<Measure, MeasureInfo> = {
  speed: {
    title: TERMS.speed,
    unit: 'tok/s',
    higherIsBetter: true,
    best: 'fastest',
    meaning: 'how fast one user gets the answer: decode speed; ≥ where a source has end-to-end speed only',
  },
  decode_tps: FROM_METRIC('decode_tps', 'fastest', 'how fast the answer is written once it has begun'),
  ttft_ms: FROM_METRIC('ttft_ms', 'quickest', 'the wait before the answer begins, queueing included'),
  prefill_tps: FROM_METRIC('prefill_tps', 'fastest', 'how fast the prompt is read'),
  e2e_tps: FROM_METRIC('e2e_tps', 'fastest', 'output tokens over the whole request, the wait included'),
  output_tps: {
    title: TERMS.throughput,
    unit: 'tok/s',
    higherIsBetter: true,
    best: 'highest',
    meaning: 'output tokens per second of all users together',
  },
  cost: {
    title: 'Cost',
    unit: '$/1M tok',
    higherIsBetter: false,
    best: 'cheapest',
    meaning:
      'rent of the GPUs per million output tokens, busy all the hour: for one user from end-to-end speed (else decode speed), for several from the throughput of all together',
  },
}

/** The figure of an entry by a measure; undefined where there is none. */
export function figureOf(matrix: Matrix, entry: Entry, measure: Measure): Figure | undefined {
  if (measure === 'speed') return speedOf(entry.figures)?.figure
  if (measure !== 'cost') return entry.figures[measure]
  return rentedCost(entry, matrix.gpus[entry.gpu]!.rents[entry.gpuCount]) ?? undefined
}

/** Whether the figure of an entry by a measure is a lower bound. */
export const isBound = (entry: Entry, measure: Measure): boolean =>
  measure === 'speed' && speedOf(entry.figures)?.isLowerBound === true

/** The median of an entry as it is written, without the unit: `≥ 72.1`, `$0.42`. */
export function valueText(matrix: Matrix, entry: Entry, measure: Measure): string {
  const text = `${measure === 'cost' ? '$' : ''}${formatOf(measure)(figureOf(matrix, entry, measure)!.p50)}`
  return markBound(text, { isLowerBound: isBound(entry, measure) })
}

/** Whether the figure of an entry by a measure depends on the prompt size. */
export function dependsOnPrompt(entry: Entry, measure: Measure): boolean {
  return measure === 'speed' ? isBound(entry, measure) : measure !== 'decode_tps'
}

/** How values of a measure are written, without the unit. */
export function formatOf(measure: Measure): typeof formatValue {
  return measure === 'cost' ? formatUsd : formatValue
}
