import { formatCount } from '../../lib/format.ts'
import type { Report } from '../../lib/my_numbers/report.ts'
import { el } from './dom.ts'

/** What became of the lines, in numbers. */
export function renderSummary(report: Report): HTMLElement {
  const boxes: [term: string, count: number, meaning: string][] = [
    ['Lines', report.lines, 'read'],
    ['Accepted', report.accepted, 'fit the contract, and count below'],
    ['Rejected', report.rejected, 'break the contract'],
    ['Quarantined', report.quarantined, 'fit, but are of unknown names or implausible'],
    ['Repeated', report.duplicates, 'the same job again, counted once'],
  ]
  return el('dl', { class: 'figures' }, ...boxes.map(renderBox))
}

function renderBox([term, count, meaning]: [string, number, string]): HTMLElement {
  const value = el('dd', { class: 'value' }, formatCount(count))
  return el('div', {}, el('dt', {}, term), value, el('dd', {}, meaning))
}
