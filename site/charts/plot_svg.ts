import * as Plot from '@observablehq/plot'
import { SvgDocument, type SvgNode } from './svg_document.ts'

/** Attributes by which Plot describes each mark to assistive technology: the title and the table beside a chart describe it better. */
const MARK_DESCRIPTIONS = ['aria-label', 'aria-description']

/**
 * A Plot chart as an SVG string that a strict content security policy accepts: no style element, no style attribute.
 * styles/charts.css has their rules. The title is the accessible name.
 */
export function plotSvg(options: Plot.PlotOptions, title: string): string {
  const document = new SvgDocument()
  const chart = Plot.plot({ ...options, document: document as unknown as Document, className: 'plot' })
  const svg = chart as unknown as SvgNode
  svg.strip(MARK_DESCRIPTIONS)
  nameChart(document, svg, title)
  return svg.outerHTML
}

/** By a title element without an id, so that equal charts are equal text, independent of earlier charts. */
function nameChart(document: SvgDocument, svg: SvgNode, title: string): void {
  const node = document.createElementNS('http://www.w3.org/2000/svg', 'title')
  node.textContent = title
  svg.prepend(node)
  svg.setAttribute('role', 'img')
}
