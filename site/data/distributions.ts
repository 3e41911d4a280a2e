import { METRICS, type Metric, PROMPT_BUCKET_TITLES, PROMPT_BUCKETS } from '../../contracts/metrics.ts'
import type { CellRow, MatrixRow } from '../../contracts/tables.ts'
import type { Interval } from '../charts/interval_chart.ts'
import { type Bar, histogramBars, rollUp } from '../lib/sketch.ts'
import { figureOf } from './matrix.ts'
import { binsOfModel, cellsOf } from './published.ts'

/** The distribution behind a matrix row, rolled up over its cells. */
export interface Distribution {
  metric: Metric
  bars: Bar[]
  /** As published: read from the bins, a tie at exactly one half could fall to the other side, since mass is rounded to thousandths. */
  median: number
}

/** Fewer samples than this say nothing about a shape: they are listed, not drawn. */
const MIN_SAMPLES = 5
const MAX_BARS = 40

/** The distributions of a matrix row that are worth drawing: at least 5 samples and more than one value. */
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

/** The cells of a matrix row as intervals by prompt size: what is drawn where there are too few samples for a distribution. */
export function cellIntervals(row: MatrixRow): { metric: Metric; intervals: Interval[] } | undefined {
  const metric = METRICS.find((name) => figureOf(row, name))
  if (!metric) return undefined
  const bySize = (cell: CellRow) => PROMPT_BUCKETS.indexOf(cell.prompt_bucket)
  const cells = cellsOf(row.matrix_id).toSorted((a, b) => bySize(a) - bySize(b))
  const intervals = cells.flatMap((cell) => {
    const figure = figureOf(cell, metric)
    const label = `Prompt ${PROMPT_BUCKET_TITLES[cell.prompt_bucket]} · ${cell.engine_version} · ${cell.month}`
    return figure ? [{ label, kind: cell.kind, low: figure.p25, mid: figure.p50, high: figure.p75 }] : []
  })
  return { metric, intervals }
}
