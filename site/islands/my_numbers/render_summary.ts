import { element } from '../../lib/dom.ts'
import { formatCount } from '../../lib/format.ts'
import type { Report } from '../../lib/my_numbers/report.ts'

/** The lines of the file by verdict. */
export function renderSummary(report: Report): HTMLElement {
  const boxes: [term: string, count: number, meaning: string][] = [
    ['Lines', report.lines, 'read'],
    ['Accepted', report.accepted, 'valid, and counted below'],
    ['Rejected', report.rejected, 'violate the contract'],
    ['Quarantined', report.quarantined, 'valid, but with unknown names or implausible values'],
    ['Repeated', report.duplicates, 'of a job seen before, counted once'],
  ]
  return element(document, 'dl', { class: 'figures' }, ...boxes.map(renderBox))
}

function renderBox([term, count, meaning]: [string, number, string]): HTMLElement {
  const value = element(document, 'dd', { class: 'value' }, formatCount(count))
  return element(document, 'div', {}, element(document, 'dt', {}, term), value, element(document, 'dd', {}, meaning))
}
