import { svgElement } from '../../../lib/dom.ts'

let count = 0

/**
 * Makes a chart of Plot fit the content security policy before it enters the page: without its style element and style attributes, whose rules
 * stand in styles/charts.css. The title becomes its accessible name.
 */
export function adoptChart<T extends Element>(svg: T, title: string): T {
  for (const style of svg.querySelectorAll('style')) style.remove()
  for (const node of [svg, ...svg.querySelectorAll('[style]')]) node.removeAttribute('style')
  for (const part of svg.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label')
    part.removeAttribute('aria-description')
  }
  const id = `result-chart-${++count}`
  svg.prepend(svgElement(svg.ownerDocument, 'title', { id }, title))
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-labelledby', id)
  return svg
}
