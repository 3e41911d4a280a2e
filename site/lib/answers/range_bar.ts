import type { Maker } from './dom.ts'
import { boundsOf } from './figures.ts'
import type { Figure } from './types.ts'

const WIDTH = 120
const HEIGHT = 16

/** A figure on a scale from 0 to `most`: a line over its interval or p25–p75, a mark at its median. The numbers stand beside it as text. */
export function rangeBar(make: Maker, figure: Figure, most: number, isCommunity: boolean): SVGElement {
  const x = (value: number) => Number(((Math.min(value, most) / most) * (WIDTH - 8) + 4).toFixed(1))
  const [low, high] = boundsOf(figure)
  const middle = HEIGHT / 2
  return make.svg(
    'svg',
    {
      class: `range-bar${isCommunity ? ' community' : ''}`,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      width: WIDTH,
      height: HEIGHT,
      'aria-hidden': 'true',
    },
    make.svg('line', { class: 'track', x1: 4, x2: WIDTH - 4, y1: middle, y2: middle }),
    make.svg('line', { class: 'spread', x1: x(low), x2: x(high), y1: middle, y2: middle }),
    isCommunity
      ? make.svg('circle', { class: 'mid', cx: x(figure.p50), cy: middle, r: 4 })
      : make.svg('path', { class: 'mid', d: `M${x(figure.p50)} ${middle - 5}l5 5-5 5-5-5z` }),
  )
}

/** The end of a scale that holds the largest bound of the figures, at two significant digits, rounded up. */
export function scaleEnd(figures: Figure[]): number {
  const most = Math.max(...figures.map((figure) => boundsOf(figure)[1]))
  const step = 10 ** (Math.floor(Math.log10(most)) - 1)
  return Number((Math.ceil(most / step) * step).toPrecision(2))
}
