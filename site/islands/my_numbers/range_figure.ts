import type { Spread } from '../../lib/my_numbers/reference.ts'
import { svg } from './dom.ts'

/** A logarithmic axis that holds the figures of one table. */
export interface Axis {
  low: number
  high: number
}

const WIDTH = 240
const HEIGHT = 20
const INSET = 6

/** An axis with a little room at both ends. */
export function axisOf(figures: readonly Spread[]): Axis {
  const low = Math.min(...figures.map(({ p25 }) => p25))
  const high = Math.max(...figures.map(({ p75 }) => p75))
  const room = high / low < 1.2 ? 1.15 : 1.05
  return { low: low / room, high: high * room }
}

/** One figure on the axis: a bar from p25 to p75, a mark at the median. The numbers stand beside it in the table. */
export function drawRange({ p25, p50, p75 }: Spread, axis: Axis, kind: 'own' | 'published'): SVGElement {
  const x = (value: number) =>
    INSET + ((WIDTH - 2 * INSET) * Math.log(value / axis.low)) / Math.log(axis.high / axis.low)
  const bar = { x: x(p25), y: 6, width: Math.max(1, x(p75) - x(p25)), height: 8, rx: 2, class: 'spread' }
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: `range ${kind}`, 'aria-hidden': 'true' },
    svg('line', { x1: INSET, x2: WIDTH - INSET, y1: 10, y2: 10, class: 'track' }),
    svg('rect', bar),
    svg('line', { x1: x(p50), x2: x(p50), y1: 2, y2: 18, class: 'median' }),
  )
}
