import * as Plot from '@observablehq/plot'
import { SvgDocument, type SvgNode } from './svg_document.ts'

/** What Plot says to assistive technology about each mark: the title and the table beside a chart say it better. */
const UNSAID = ['aria-label', 'aria-description']

/**
 * A Plot chart as an SVG string that a strict content security policy accepts: no style element, no style attribute.
 * The rules that these carried stand in styles/charts.css. The title is the accessible name.
 */
export function plotSvg(options: Plot.PlotOptions, title: string): string {
  const document = new SvgDocument()
  const chart = Plot.plot({ ...options, document: document as unknown as Document, className: 'plot' })
  const svg = chart as unknown as SvgNode
  svg.strip(UNSAID)
  nameChart(document, svg, title)
  return svg.outerHTML
}

/** By its first child and no id, so that the same chart gives the same text, whatever was drawn before it. */
function nameChart(document: SvgDocument, svg: SvgNode, title: string): void {
  const node = document.createElementNS('http://www.w3.org/2000/svg', 'title')
  node.textContent = title
  svg.prepend(node)
  svg.setAttribute('role', 'img')
}
