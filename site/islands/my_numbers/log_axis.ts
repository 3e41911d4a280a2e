import type { Spread } from '../../lib/my_numbers/reference.ts'
import type { Scale } from '../../lib/range_bar.ts'

/** A logarithmic axis that includes all figures of a table. */
export interface LogAxis extends Scale {
  low: number
  high: number
}

/** An axis with a little room at both ends. */
export function axisOf(figures: readonly Spread[]): LogAxis {
  const least = Math.min(...figures.map(({ p25 }) => p25))
  const most = Math.max(...figures.map(({ p75 }) => p75))
  const room = most / least < 1.2 ? 1.15 : 1.05
  const [low, high] = [least / room, most * room]
  return { low, high, ticks: [], at: (value) => Math.log(value / low) / Math.log(high / low) }
}
