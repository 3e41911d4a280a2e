import type { TelemetryEvent } from '../../contracts/index.ts'

/** (tokens_out − 1) × 1000 / decode_time_ms, in tokens/s; null if fewer than two tokens were timed. */
export function decodeSpeed({ tokens_out, decode_time_ms }: TelemetryEvent): number | null {
  if (decode_time_ms === null || decode_time_ms === 0 || tokens_out < 2) return null
  return ((tokens_out - 1) * 1000) / decode_time_ms
}

/** The median; null if there are no values. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Three significant digits, no exponent. */
export function formatFigure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
