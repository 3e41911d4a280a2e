import { element } from '../../lib/dom.ts'
import { formatCount } from '../../lib/format.ts'
import type { Report } from '../../lib/my_numbers/report.ts'

/** What became of the lines, in numbers. */
export function renderSummary(report: Report): HTMLElement {
  const boxes: [term: string, count: number, meaning: string][] = [
    ['Lines', report.lines, 'read'],
    ['Accepted', report.accepted, 'fit the contract, and count below'],
    ['Rejected', report.rejected, 'break the contract'],
    ['Quarantined', report.quarantined, 'fit, but are of unknown names or implausible'],
    ['Repeated', report.duplicates, 'the same job again, counted once'],
  ]
  return element(document, 'dl', { class: 'figures' }, ...boxes.map(renderBox))
}

function renderBox([term, count, meaning]: [string, number, string]): HTMLElement {
  const value = element(document, 'dd', { class: 'value' }, formatCount(count))
  return element(document, 'div', {}, element(document, 'dt', {}, term), value, element(document, 'dd', {}, meaning))
}
