import { METRIC_INFO, type Metric, PROMPT_BUCKET_TITLES, type PromptBucket } from '../../../contracts/metrics.ts'
import { formatN } from '../../lib/counts.ts'
import { element } from '../../lib/dom.ts'
import { formatShare, formatSpread, formatValue, plural } from '../../lib/format.ts'
import { href } from '../../lib/href.ts'
import { KIND_LABELS, type Kind } from '../../lib/labels.ts'
import { type Counterpart, findCounterparts, promptsDiffer, standingOf } from '../../lib/my_numbers/compare.ts'
import type { Reference, Spread } from '../../lib/my_numbers/reference.ts'
import type { OwnGroup } from '../../lib/my_numbers/tally_groups.ts'
import { rangeBar } from '../../lib/range_bar.ts'
import { axisOf, type LogAxis } from './log_axis.ts'
import { describeEngine, describeGpus, describeModel, describeType } from './names.ts'

/** Most groups shown: a file of a busy gateway may have hundreds of configurations. */
export const GROUPS_SHOWN = 12

/** Each configuration of the file: its figure by the metric, beside the published ones. */
export function renderGroups(groups: readonly OwnGroup[], metric: Metric, reference: Reference): HTMLElement[] {
  return groups.map((group) => renderGroup(group, metric, reference))
}

function renderGroup(group: OwnGroup, metric: Metric, reference: Reference): HTMLElement {
  const { names } = reference
  const heading = element(document, 'h3', {}, `${describeModel(group, names)} on ${describeGpus(group, names)}`)
  const counts = `${plural(group.samples, 'sample')}, ${formatShare(group.ok / group.samples)} ended ok`
  const engine = `${describeEngine(group, names)} ${group.versions.join(', ')}`
  const about = element(document, 'p', { class: 'muted' }, `${engine} · ${describeType(group)} · ${counts}`)
  return element(document, 'article', { class: 'own-group' }, heading, about, renderFigures(group, metric, reference))
}

function renderFigures(group: OwnGroup, metric: Metric, reference: Reference): HTMLElement {
  const own = group.figures[metric]
  const { title, counts_when } = METRIC_INFO[metric]
  if (!own)
    return element(
      document,
      'p',
      { class: 'note' },
      `No sample counts for ${title.toLowerCase()}. Needed: ${counts_when}.`,
    )
  const counterparts = findCounterparts(group, metric, reference.rows)
  const table = renderTable(group, metric, own, counterparts, reference)
  return element(document, 'div', {}, table, renderRemark(group, metric, counterparts, reference))
}

function renderTable(
  group: OwnGroup,
  metric: Metric,
  own: Spread,
  counterparts: readonly Counterpart[],
  reference: Reference,
): HTMLElement {
  const axis = axisOf([own, ...counterparts.map(({ figure }) => figure)])
  const { title, unit } = METRIC_INFO[metric]
  const label = `${title} of ${describeModel(group, reference.names)} on ${describeGpus(group, reference.names)}`
  const ends = element(
    document,
    'span',
    { class: 'axis' },
    element(document, 'span', {}, formatValue(axis.low)),
    element(document, 'span', {}, formatValue(axis.high)),
  )
  const head = element(
    document,
    'tr',
    {},
    element(document, 'th', { scope: 'col' }, `${title} (${unit})`),
    element(document, 'th', { scope: 'col', class: 'num' }, 'Median'),
    element(document, 'th', { scope: 'col' }, 'You are'),
    element(document, 'th', { scope: 'col', class: 'num' }, 'p25–p75'),
    element(document, 'th', { scope: 'col', class: 'num' }, 'n'),
    element(document, 'th', { scope: 'col', class: 'drawn' }, `Spread (${unit}, log)`, ends),
  )
  const rows = counterparts.map((counterpart) => renderPublished(group, metric, own, counterpart, axis, reference))
  const body = element(document, 'tbody', {}, renderOwn(group, own, axis), ...rows)
  const table = element(document, 'table', { class: 'rows' }, element(document, 'thead', {}, head), body)
  return element(document, 'div', { class: 'scroll', role: 'region', 'aria-label': label, tabindex: '0' }, table)
}

function renderOwn(group: OwnGroup, own: Spread, axis: LogAxis): HTMLElement {
  const head = element(
    document,
    'th',
    { scope: 'row' },
    '◆ This file',
    element(document, 'small', {}, describePrompts(group.buckets)),
  )
  return element(
    document,
    'tr',
    { class: 'own' },
    head,
    ...renderSpread(own, element(document, 'td'), 'curated'),
    drawCell(own, axis, 'own'),
  )
}

function renderPublished(
  group: OwnGroup,
  metric: Metric,
  own: Spread,
  { row, figure, differs }: Counterpart,
  axis: LogAxis,
  { names }: Reference,
): HTMLElement {
  const { glyph, title } = KIND_LABELS[row.kind]
  const text = `${glyph} ${row.kind === 'curated' ? row.source : title}`
  const link = element(document, 'a', { href: href(`cells/${row.id}/`) }, text)
  const configuration = differs
    ? element(document, 'small', {}, `other ${differs}: ${describeEngine(row, names)}, ${row.quantization}`)
    : null
  const head = element(
    document,
    'th',
    { scope: 'row' },
    link,
    configuration,
    element(document, 'small', {}, describePrompts(row.buckets)),
  )
  const verdict = renderStanding(own, figure, metric, promptsDiffer(group, row, metric))
  return element(
    document,
    'tr',
    {},
    head,
    ...renderSpread(figure, verdict, row.kind),
    drawCell(figure, axis, 'published'),
  )
}

/** @param kind how exact the figure is published; own numbers are exact */
function renderSpread(figure: Spread, verdict: HTMLElement, kind: Kind): HTMLElement[] {
  return [
    element(document, 'td', { class: 'num strong' }, formatValue(figure.p50)),
    verdict,
    element(document, 'td', { class: 'num' }, formatSpread(figure, kind)),
    element(document, 'td', { class: 'num' }, formatN(kind, figure.n)),
  ]
}

function drawCell(figure: Spread, axis: LogAxis, kind: 'own' | 'published'): HTMLElement {
  const range = { low: figure.p25, mid: figure.p50, high: figure.p75 }
  return element(document, 'td', { class: 'drawn' }, rangeBar(document, axis, range, kind))
}

const SIGNS = { better: '▲', worse: '▼', alike: '=' }

function renderStanding(own: Spread, figure: Spread, metric: Metric, otherPrompts: boolean): HTMLElement {
  const { side, text, within } = standingOf(own, figure, metric)
  const spread = within === null ? 'it has no spread' : `${within ? 'inside' : 'outside'} its p25–p75`
  const remark = otherPrompts ? `${spread}; other prompt sizes` : spread
  return element(
    document,
    'td',
    { class: `standing ${side}` },
    element(document, 'strong', {}, `${SIGNS[side]} ${text}`),
    element(document, 'small', {}, remark),
  )
}

function renderRemark(group: OwnGroup, metric: Metric, counterparts: readonly Counterpart[], reference: Reference) {
  if (counterparts.length === 0) {
    const text = `Nothing comparable is published yet. A community figure needs ${reference.contributors} contributors: your file would be one.`
    return element(document, 'p', { class: 'muted' }, text)
  }
  if (counterparts.some(({ row }) => promptsDiffer(group, row, metric))) {
    const text =
      'This metric depends on the prompt size, and the two sides had different ones: read the difference with care.'
    return element(document, 'p', { class: 'muted' }, text)
  }
  const others = counterparts.some(({ differs }) => differs)
  return element(
    document,
    'p',
    { class: 'muted' },
    others ? 'No figure of exactly this configuration is published; these are the nearest.' : '',
  )
}

function describePrompts(buckets: readonly string[]): string {
  return `prompts ${buckets.map((bucket) => PROMPT_BUCKET_TITLES[bucket as PromptBucket]).join('; ')} tokens`
}
