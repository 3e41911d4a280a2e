import * as Plot from '@observablehq/plot'
import { element } from '../../../lib/dom.ts'

/** A series has a shape as well as a colour, so that series do not differ by colour alone. */
export const SHAPES = ['circle', 'diamond', 'triangle', 'square', 'star', 'wye'] as const
export const COLOURS = SHAPES.map((_, i) => `var(--series-${i + 1})`)

/** The names of the series with their marks. */
export function renderLegend(document: Document, name: string, series: readonly string[]): HTMLElement {
  const items = series.map((label, i) => element(document, 'li', {}, drawSwatch(i), label))
  const list = element(document, 'ul', {}, ...items)
  return element(document, 'div', { class: 'legend-series' }, element(document, 'b', {}, name), list)
}

function drawSwatch(i: number): Element {
  const dot = Plot.dot([0], { symbol: SHAPES[i], r: 5, frameAnchor: 'middle', fill: COLOURS[i] })
  const svg = dot.plot({ width: 16, height: 16, margin: 0, axis: null, className: 'plot' })
  for (const style of svg.querySelectorAll('style')) style.remove()
  svg.removeAttribute('style')
  svg.setAttribute('aria-hidden', 'true')
  return svg
}
