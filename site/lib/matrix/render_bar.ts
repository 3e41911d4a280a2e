import type { Figure } from './entries.ts'
import type { Scale } from './scale.ts'

const SVG = 'http://www.w3.org/2000/svg'

/** Shares of the width in percent: the drawing takes any width without being stretched, and needs no style attribute. */
const percent = (share: number): string => `${(share * 100).toFixed(2)}%`

function shape(document: Document, tag: string, attributes: Record<string, string>): Element {
  const node = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  return node
}

/** A figure on the scale: p25 to p75 as a band, the median as a line. The numbers stand beside it, so it is hidden from assistive technology. */
export function bar(document: Document, { at, ticks }: Scale, { p25, p50, p75 }: Figure): Element {
  const svg = shape(document, 'svg', { class: 'spread', 'aria-hidden': 'true' })
  for (const tick of ticks) {
    const x = percent(at(tick))
    svg.append(shape(document, 'line', { class: 'tick', x1: x, x2: x, y1: '0', y2: '100%' }))
  }
  const middle = percent(at(p50))
  svg.append(
    shape(document, 'rect', { class: 'stem', x: '0', width: middle, y: '45%', height: '10%' }),
    shape(document, 'rect', {
      class: 'band',
      x: percent(at(p25)),
      width: percent(at(p75) - at(p25)),
      y: '20%',
      height: '60%',
    }),
    shape(document, 'line', { class: 'median', x1: middle, x2: middle, y1: '5%', y2: '95%' }),
  )
  return svg
}

/** The ticks of the scale with their values. */
export function axisTicks(document: Document, { at, ticks }: Scale, format: (value: number) => string): Element {
  const svg = shape(document, 'svg', { class: 'ticks', 'aria-hidden': 'true' })
  ticks.forEach((tick, i) => {
    const anchor = i === 0 ? 'start' : i === ticks.length - 1 ? 'end' : 'middle'
    const text = shape(document, 'text', { x: percent(at(tick)), y: '12', 'text-anchor': anchor })
    text.append(format(tick))
    svg.append(text)
  })
  return svg
}
