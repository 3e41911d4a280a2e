import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

const SVG = 'http://www.w3.org/2000/svg'
let chartCount = 0

/**
 * A Plot chart as an SVG string that a strict content security policy accepts: no style element, no style attribute.
 * The rules that these carried stand in styles/charts.css. The title is the accessible name.
 */
export function plotSvg(options: Plot.PlotOptions, title: string): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const chart = Plot.plot({ ...options, document: document as unknown as Document, className: 'plot' })
  const svg = chart as unknown as SVGElement
  for (const style of svg.querySelectorAll('style')) style.remove()
  for (const node of [svg, ...svg.querySelectorAll('[style]')]) node.removeAttribute('style')
  nameChart(document as unknown as Document, svg, title)
  return svg.outerHTML
}

function nameChart(document: Document, svg: SVGElement, title: string): void {
  const node = document.createElementNS(SVG, 'title')
  node.setAttribute('id', `chart-${++chartCount}`)
  node.textContent = title
  svg.prepend(node)
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-labelledby', `chart-${chartCount}`)
  for (const part of svg.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label')
    part.removeAttribute('aria-description')
  }
}
