import { METRICS, type Metric } from '../../contracts/metrics.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import { type Bar, histogramBars, rollUp } from '../lib/sketch.ts'
import { binsOfModel, cellsOf } from './published.ts'

/** The distribution behind a matrix row, rolled up over its cells. */
export interface Distribution {
  metric: Metric
  bars: Bar[]
  /** As published, not from the bins: their mass is rounded to thousandths, so a median at exactly one half could fall into the next bin. */
  median: number
}

/** Fewer samples than this show no shape: they are listed, not drawn. */
const MIN_SAMPLES = 5
/** Most bars of a drawn distribution. */
export const MAX_BARS = 40

/** The distributions of a matrix row with at least 5 samples and more than one value. */
export function distributionsOf(row: MatrixRow): Distribution[] {
  const ids = new Set(cellsOf(row.matrix_id).map((cell) => cell.cell_id))
  const bins = binsOfModel(row.model_id).filter((bin) => ids.has(bin.cell_id))
  return METRICS.flatMap((metric) => {
    const rolled = rollUp(bins.filter((bin) => bin.metric === metric))
    const bars = histogramBars(rolled, MAX_BARS)
    const enough = (row[`${metric}_n`] ?? 0) >= MIN_SAMPLES && bars.length > 1
    return enough ? [{ metric, bars, median: row[`${metric}_p50`]! }] : []
  })
}
