import { svgElement } from '../../../lib/dom.ts'

let count = 0

/**
 * Removes the style element and style attributes of a Plot chart before it enters the page, because the content security policy blocks them;
 * styles/charts.css has their rules. The title becomes the accessible name.
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
