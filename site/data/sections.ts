import { METRIC_INFO, METRICS, type Metric } from '../../contracts/metrics.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import {
  formatEngine,
  formatGpuCount,
  formatLoad,
  KINDS,
  type Kind,
  MEASUREMENT_TYPES,
  type MeasurementType,
} from '../lib/labels.ts'
import { engineName, gpuName, modelName } from './catalog.ts'
import { figureOf } from './matrix.ts'

/** A section of a model, GPU or engine page: the figures of one measurement type and kind, best first. */
export interface Section {
  type: MeasurementType
  kind: Kind
  /** The metric of its chart and order: decode speed if at least half of the rows have it, else the most frequent metric. */
  metric: Metric
  rows: MatrixRow[]
}

/** Groups rows by measurement type and kind, which are never mixed in one figure. */
export function sectionsOf(rows: MatrixRow[]): Section[] {
  return MEASUREMENT_TYPES.flatMap((type) =>
    KINDS.flatMap((kind) => {
      const own = rows.filter((row) => row.measurement_type === type && row.kind === kind)
      return own.length === 0 ? [] : [toSection(type, kind, own)]
    }),
  )
}

function toSection(type: MeasurementType, kind: Kind, rows: MatrixRow[]): Section {
  const most = (metric: Metric) => rows.filter((row) => figureOf(row, metric)).length
  const widest = METRICS.toSorted((a, b) => most(b) - most(a) || METRICS.indexOf(a) - METRICS.indexOf(b))[0]!
  const metric = most('decode_tps') * 2 >= rows.length ? 'decode_tps' : widest
  const sign = METRIC_INFO[metric].higher_is_better ? -1 : 1
  const value = (row: MatrixRow) => figureOf(row, metric)?.p50 ?? sign * Number.POSITIVE_INFINITY
  return {
    type,
    kind,
    metric,
    rows: rows.toSorted((a, b) => sign * (value(a) - value(b)) || a.matrix_id.localeCompare(b.matrix_id)),
  }
}

export type Subject = 'model' | 'gpu' | 'engine'

/** The label of a row on a page: its configuration without the subject of the page. */
export function rowLabel(row: MatrixRow, subject: Subject): string {
  const count = row.gpu_count > 1 ? ` ×${row.gpu_count}` : ''
  const parts = [
    subject === 'model' ? null : modelName(row.model_id),
    subject === 'gpu' ? (row.gpu_count > 1 ? formatGpuCount(row.gpu_count) : null) : `${gpuName(row.gpu_id)}${count}`,
    subject === 'engine' ? null : formatEngine(engineName(row.engine), row.engine_backend),
    row.quantization === 'unknown' ? null : row.quantization,
    row.measurement_type === 'single_stream' ? null : formatLoad(row.measurement_type, row.concurrency_bucket),
  ]
  return parts.filter((part) => part !== null).join(' · ')
}
