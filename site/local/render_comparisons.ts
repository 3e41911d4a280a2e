import { type Change, COMPARED, type Compared, type Comparison } from '../../contracts/host_report.ts'
import { element } from '../lib/dom.ts'
import { plural } from '../lib/format.ts'
import { renderTable } from './render_table.ts'

const TITLES: Record<Compared, string> = { decode_tps: 'Decode speed', ttft_ms: 'TTFT' }
const SIGNS: Record<Change['verdict'], string> = { slower: '▼', faster: '▲', unchanged: '=', unclear: '?' }

/** What the last update of each engine did, by model; nothing if there is none. */
export function renderComparisons(document: Document, comparisons: readonly Comparison[]): HTMLElement[] {
  if (comparisons.length === 0) return []
  const heads = ['Model', ...COMPARED.map((metric) => TITLES[metric])].map((head) =>
    element(document, 'th', { scope: 'col' }, head),
  )
  const body = element(document, 'tbody', {}, ...comparisons.map((one) => renderComparison(document, one)))
  const note =
    'Only what is alike is compared: model, precision, prompt size and load. In brackets the interval in which the change lies at 99 %.'
  return [
    element(document, 'h2', {}, 'Did the last update make it slower?'),
    renderTable(document, 'Changes since the last update', heads, [body]),
    element(document, 'p', { class: 'muted' }, note),
  ]
}

function renderComparison(document: Document, { model_ref, engine, before, after, changes }: Comparison): HTMLElement {
  const update = element(document, 'small', {}, `${engine} ${before} → ${after}`)
  const head = element(document, 'th', { scope: 'row' }, model_ref, update)
  const cells = COMPARED.map((metric) => renderChange(document, changes.find((change) => change.metric === metric)!))
  return element(document, 'tr', {}, head, ...cells)
}

function renderChange(document: Document, change: Change): HTMLElement {
  const { verdict, low, high } = change
  const figure = change.change === null ? '' : ` ${percent(change.change)}`
  const interval = low !== null && high !== null ? `(${percent(low)} to ${percent(high)})` : null
  const word = verdict === 'unclear' ? 'cannot tell yet' : verdict
  return element(
    document,
    'td',
    { class: `change ${verdict}` },
    element(document, 'strong', {}, `${SIGNS[verdict]} ${word}${figure}`),
    interval && element(document, 'small', {}, interval),
    verdict === 'unclear' && element(document, 'small', {}, describeNeed(change)),
  )
}

function describeNeed({ tasks_before, tasks_after, tasks_needed, hours_needed }: Change): string {
  if (tasks_before === 0 || tasks_after === 0) return 'nothing alike on both sides'
  const hours = hours_needed > 0 ? ` over ${plural(hours_needed, 'hour')}` : ''
  return `needs some ${plural(tasks_needed, 'more task')}${hours}`
}

/** With a space that does not break. */
function percent(share: number): string {
  const text = Math.abs(100 * share).toFixed(1)
  return `${Number(text) === 0 ? '' : share > 0 ? '+' : '−'}${text}\u00a0%`
}
