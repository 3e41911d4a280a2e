import { svgElement } from './dom.ts'

/** Maps values to a share of the width, 0 to 1, with round ticks. */
export interface Scale {
  at: (value: number) => number
  ticks: readonly number[]
}

/** A figure as a bar shows it: a band from low to high, a line at the middle. */
export interface BarRange {
  low: number
  mid: number
  high: number
}

/** Shares of the width in percent: the drawing takes any width without being stretched, and needs no style attribute. */
const percent = (share: number): string => `${(share * 100).toFixed(2)}%`

/** A figure on a scale. Hidden from assistive technology, since the numbers are beside it. `className` selects its colours. */
export function rangeBar(document: Document, { at, ticks }: Scale, range: BarRange, className: string): SVGElement {
  const [low, mid, high] = [at(range.low), at(range.mid), at(range.high)]
  const vertical = (name: string, share: number, y1: string, y2: string) =>
    svgElement(document, 'line', { class: name, x1: percent(share), x2: percent(share), y1, y2 })
  return svgElement(
    document,
    'svg',
    { class: `range-bar ${className}`, 'aria-hidden': 'true' },
    ...ticks.map((tick) => vertical('tick', at(tick), '0', '100%')),
    svgElement(document, 'line', { class: 'track', x1: '0', x2: '100%', y1: '50%', y2: '50%' }),
    svgElement(document, 'rect', {
      class: 'band',
      x: percent(low),
      width: percent(high - low),
      y: '20%',
      height: '60%',
      rx: 2,
    }),
    vertical('median', mid, '5%', '95%'),
  )
}

/** The ticks of a scale with their values, to stand above its bars. */
export function rangeAxis(document: Document, { at, ticks }: Scale, format: (value: number) => string): SVGElement {
  const texts = ticks.map((tick, i) => {
    const anchor = i === 0 ? 'start' : i === ticks.length - 1 ? 'end' : 'middle'
    return svgElement(document, 'text', { x: percent(at(tick)), y: 12, 'text-anchor': anchor }, format(tick))
  })
  return svgElement(document, 'svg', { class: 'ticks', 'aria-hidden': 'true' }, ...texts)
}
