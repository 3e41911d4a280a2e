import type { OwnFigures } from './own_figures.ts'
import type { PublishedRow } from './published_rows.ts'

/** Where a host stands beside the published figure of its configuration. */
export interface Standing {
  /** `within`: between the published 25th and 75th percentile, or within 5 % of the median if those are closer. */
  verdict: 'slower' | 'within' | 'faster'
  own_tps: number
  tasks: number
  /** Own median over the published one. */
  ratio: number
}

/** Published rows state no spread if they are single runs: so much is no difference then. */
const SAME = 0.05
/** With fewer tasks a median says little. */
export const LEAST_TASKS = 20

/** The standing of a host beside a row; null if the row has no decode speed, or the host too few tasks of that configuration and load. */
export function standingOf(row: PublishedRow, own: readonly OwnFigures[]): Standing | null {
  const { decode_tps_p25: p25, decode_tps_p50: p50, decode_tps_p75: p75 } = row
  const mine = own.find((figures) => isSame(row, figures))
  const own_tps = mine?.decode.quantile(0.5) ?? null
  if (!mine || own_tps === null || p50 === null || mine.decode.count < LEAST_TASKS) return null
  const low = Math.min(p25 ?? p50, p50 * (1 - SAME))
  const high = Math.max(p75 ?? p50, p50 * (1 + SAME))
  const verdict = own_tps < low ? 'slower' : own_tps > high ? 'faster' : 'within'
  return { verdict, own_tps, tasks: mine.decode.count, ratio: own_tps / p50 }
}

/** Like for like: model, precision, GPUs, engine and load. */
export function isSame(row: PublishedRow, own: OwnFigures): boolean {
  return (
    row.model_id === own.model_id &&
    row.gpu_id === own.gpu_id &&
    row.gpu_count === own.gpu_count &&
    row.engine === own.engine &&
    row.quantization === own.quantization &&
    row.measurement_type === own.measurement_type &&
    (row.measurement_type === 'single_stream' || row.concurrency_bucket === own.concurrency_bucket)
  )
}
