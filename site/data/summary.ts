import { METRIC_INFO } from '../../contracts/metrics.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import { formatValue } from '../lib/format.ts'
import { markBound } from '../lib/speed.ts'
import { isForOneUser, speedOfRow } from './figure_rows.ts'

/** The number of distinct values of a column. */
export function countDistinct(rows: MatrixRow[], column: 'model_id' | 'gpu_id' | 'engine' | 'source'): number {
  return new Set(rows.map((row) => row[column])).size
}

function oneUserSpeeds(rows: MatrixRow[]) {
  const speeds = rows.filter(isForOneUser).flatMap((row) => speedOfRow(row) ?? [])
  return speeds.sort((a, b) => a.figure.p50 - b.figure.p50)
}

/** The lowest and highest speed that one user gets, `4.6–312`; a dash if there is none. */
export function oneUserSpan(rows: MatrixRow[]): string {
  const speeds = oneUserSpeeds(rows)
  if (speeds.length === 0) return '–'
  const [low, high] = [speeds[0]!, speeds.at(-1)!].map((speed) => markBound(formatValue(speed.figure.p50), speed))
  return low === high ? low! : `${low}–${high}`
}

/** The highest speed that one user gets, in tok/s; null if there is none. */
export function fastestOneUser(rows: MatrixRow[]): number | null {
  return oneUserSpeeds(rows).at(-1)?.figure.p50 ?? null
}

export const SPAN_HEAD = `Speed for one user (${METRIC_INFO.decode_tps.unit})`
