import { METRIC_INFO, METRICS } from '../../../contracts/metrics.ts'
import { rentedCost } from '../cost.ts'
import { formatUsd, formatValue } from '../format.ts'
import type { Entry, Figure, Matrix } from './entries.ts'

/** What the matrix can be read by: the published metrics, and the cost that follows from speed and rental price. */
export const MEASURES = [...METRICS, 'cost'] as const
export type Measure = (typeof MEASURES)[number]
export const SPEED_MEASURES = ['e2e_tps', 'decode_tps', 'prefill_tps'] as const satisfies readonly Measure[]

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
  decode_tps: FROM_METRIC('decode_tps', 'fastest', 'how fast the answer is written once it has begun'),
  ttft_ms: FROM_METRIC('ttft_ms', 'quickest', 'the wait before the answer begins, queueing included'),
  prefill_tps: FROM_METRIC('prefill_tps', 'fastest', 'how fast the prompt is read'),
  e2e_tps: FROM_METRIC('e2e_tps', 'fastest', 'output tokens over the whole request, the wait included'),
  cost: {
    title: 'Cost',
    unit: '$/1M tok',
    higherIsBetter: false,
    best: 'cheapest',
    meaning:
      'rent of the GPUs per million output tokens, busy all the hour: for one user from end-to-end speed (else decode speed), under load from the throughput of all requests together',
  },
}

/** The figure of an entry by a measure; undefined where there is none. */
export function figureOf(matrix: Matrix, entry: Entry, measure: Measure): Figure | undefined {
  if (measure !== 'cost') return entry.figures[measure]
  return rentedCost(entry, matrix.gpus[entry.gpu]!.rents[entry.gpuCount]) ?? undefined
}

/** How values of a measure are written, without the unit. */
export function formatOf(measure: Measure): typeof formatValue {
  return measure === 'cost' ? formatUsd : formatValue
}
