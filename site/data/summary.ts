import { METRIC_INFO } from '../../contracts/metrics.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import { formatValue } from '../lib/format.ts'
import { figureOf } from './matrix.ts'

/** The number of distinct values of a column. */
export function countDistinct(rows: MatrixRow[], column: 'model_id' | 'gpu_id' | 'engine' | 'source'): number {
  return new Set(rows.map((row) => row[column])).size
}

/** The slowest and fastest single-stream decode medians of the rows, `4.6–312`; a dash if there are none. */
export function singleStreamSpan(rows: MatrixRow[]): string {
  const medians = rows
    .filter((row) => row.measurement_type === 'single_stream')
    .flatMap((row) => figureOf(row, 'decode_tps')?.p50 ?? [])
  if (medians.length === 0) return '–'
  const [low, high] = [Math.min(...medians), Math.max(...medians)]
  return low === high ? formatValue(low) : `${formatValue(low)}–${formatValue(high)}`
}

export const SPAN_HEAD = `Single-stream medians (${METRIC_INFO.decode_tps.unit})`
