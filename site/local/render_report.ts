import type { HostStatus, PageReport, ReportRow } from '../../contracts/host_report.ts'
import { CONCURRENCY_BUCKET_TITLES } from '../../contracts/load.ts'
import { type Content, element } from '../lib/dom.ts'
import { formatCount, formatShare, formatValue, plural } from '../lib/format.ts'
import { drawLine, type LineRange, rangeOf } from './draw_line.ts'
import { renderComparisons } from './render_comparisons.ts'
import { renderTable } from './render_table.ts'

/** The report of a host: what there is, what the last update did, and the rows of each model. */
export function renderReport(document: Document, report: PageReport, status: HostStatus): HTMLElement[] {
  if (report.tasks === 0) return [renderEmpty(document, report, status)]
  const models = [...new Set(report.rows.map(({ model_ref }) => model_ref))]
  return [
    renderTotals(document, report, models.length),
    ...renderComparisons(document, report.comparisons),
    element(document, 'h2', {}, 'By model'),
    renderModels(document, report.rows, models),
    element(document, 'p', { class: 'muted' }, NOTE),
  ]
}

const NOTE =
  'Decode speed is that of one request, over all prompt sizes and loads unless rows are by load; “all streams” is what the engine gave to all requests together. Quantiles are within 1.1\u00a0%. Times are in UTC.'

function renderTotals(document: Document, { rows, tasks, unreadable, from, to }: PageReport, models: number) {
  const sum = (read: (row: ReportRow) => number) => rows.reduce((total, row) => total + read(row), 0)
  const failed = sum(({ error, reject }) => error + reject)
  const boxes: [term: string, value: string, meaning: string][] = [
    ['Tasks', formatCount(tasks), `of ${plural(models, 'model')}`],
    ['Failed', formatShare(failed / tasks), `${plural(failed, 'error and refusal', 'errors and refusals')}`],
    [
      'Output tokens',
      formatCount(sum(({ tokens_out }) => tokens_out)),
      `${formatCount(sum(({ tokens_in }) => tokens_in))} in prompts`,
    ],
    ['Span', describeSpan(from, to), `${toMinute(from)} to ${toMinute(to)}`],
    ...(unreadable > 0
      ? [['Unreadable', formatCount(unreadable), 'records that were left out'] as [string, string, string]]
      : []),
  ]
  const render = ([term, value, meaning]: [string, string, string]) =>
    element(
      document,
      'div',
      {},
      element(document, 'dt', {}, term),
      element(document, 'dd', { class: 'value' }, value),
      element(document, 'dd', {}, meaning),
    )
  return element(document, 'dl', { class: 'figures' }, ...boxes.map(render))
}

const HEADS = [
  'Tasks',
  'Decode tok/s, p50',
  'p5',
  'TTFT ms, p50',
  'p95',
  'All streams tok/s',
  'Failed',
  'VRAM GB',
] as const

function renderModels(document: Document, rows: readonly ReportRow[], models: readonly string[]): HTMLElement {
  const heads = [
    element(document, 'th', { scope: 'col' }, 'Engine'),
    ...HEADS.map((head) => element(document, 'th', { scope: 'col', class: 'num' }, head)),
    element(document, 'th', { scope: 'col', class: 'drawn' }, 'Decode speed over the span'),
  ]
  const bodies = models.map((model) => {
    const title = element(document, 'th', { scope: 'rowgroup', colspan: heads.length, class: 'model' }, model)
    const own = rows.filter(({ model_ref }) => model_ref === model)
    const range = rangeOf(own.map(({ decode_tps_over_time }) => decode_tps_over_time))
    const lines = own.map((row) => renderRow(document, row, range))
    return element(document, 'tbody', {}, element(document, 'tr', {}, title), ...lines)
  })
  return renderTable(document, 'Figures by model', heads, bodies)
}

function renderRow(document: Document, row: ReportRow, range: LineRange): HTMLElement {
  const cell = (text: Content, name = 'num') => element(document, 'td', { class: name }, text)
  return element(
    document,
    'tr',
    {},
    element(document, 'th', { scope: 'row' }, labelOf(row)),
    cell(formatCount(row.tasks)),
    cell(formatValue(row.decode_tps_p50), 'num strong'),
    cell(formatValue(row.decode_tps_p5)),
    cell(formatValue(row.ttft_ms_p50)),
    cell(formatValue(row.ttft_ms_p95)),
    cell(formatValue(row.output_tps_p50)),
    renderFailed(document, row),
    cell(describeMemory(row)),
    cell(drawLine(document, row.decode_tps_over_time, range), 'drawn'),
  )
}

function labelOf({ engine, engine_version, concurrency, hour }: ReportRow): string {
  const name = engine_version === null ? engine : `${engine} ${engine_version}`
  if (concurrency !== null) return `${name}, load ${CONCURRENCY_BUCKET_TITLES[concurrency]}`
  return hour === null ? name : `${name}, ${String(hour).padStart(2, '0')}:00`
}

/** A share of failures that is told by its colour. */
const MANY = 0.05

function renderFailed(document: Document, { tasks, error, reject, error_codes }: ReportRow): HTMLElement {
  const failed = error + reject
  if (failed === 0) return element(document, 'td', { class: 'num' }, '0 %')
  const codes = error_codes.slice(0, 2).map(([code, count]) => `${code} ${formatCount(count)}`)
  const share = element(document, failed / tasks < MANY ? 'span' : 'strong', {}, formatShare(failed / tasks))
  const small = codes.length > 0 && element(document, 'small', {}, codes.join(', '))
  return element(document, 'td', { class: 'num failed' }, share, small)
}

function describeMemory({ vram_used_mb_peak, vram_total_mb }: ReportRow): string {
  if (vram_used_mb_peak === null) return '–'
  const total = vram_total_mb === null ? '' : ` of ${(vram_total_mb / 1000).toFixed(0)}`
  return `${(vram_used_mb_peak / 1000).toFixed(1)}${total}`
}

function renderEmpty(document: Document, { unreadable }: PageReport, { telemetry }: HostStatus): HTMLElement {
  const code = (text: string) => element(document, 'code', {}, text)
  const steps: Content[][] = [
    ...(telemetry === 'off' ? [[code('orch telemetry local'), ' records for you alone, and sends nothing.']] : []),
    [
      code('orch serve --upstream http://127.0.0.1:8000'),
      ' puts the gateway in front of your engine; send requests through it.',
    ],
    ['Read again: tasks appear as they end.'],
  ]
  return element(
    document,
    'section',
    {},
    element(document, 'h2', {}, 'No task in this span'),
    unreadable > 0 && element(document, 'p', { class: 'note' }, `${plural(unreadable, 'record')} could not be read.`),
    element(document, 'ol', { class: 'steps' }, ...steps.map((step) => element(document, 'li', {}, ...step))),
  )
}

const HOUR_MS = 3_600_000

function describeSpan(from: string, to: string): string {
  const hours = (Date.parse(to) - Date.parse(from)) / HOUR_MS
  return hours < 48 ? plural(Math.max(1, Math.round(hours)), 'hour') : plural(Math.round(hours / 24), 'day')
}

function toMinute(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}
