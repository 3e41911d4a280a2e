import type { HostReport, ReportRow } from '../../../contracts/host_report.ts'
import { CONCURRENCY_BUCKET_TITLES } from '../../../contracts/load.ts'
import { roundRow } from '../../report/round_row.ts'
import { formatFigure } from '../figures.ts'
import { plural } from '../format.ts'
import type { Style } from '../style.ts'

const LABEL_COLUMNS = 27
const FIGURES = ['tasks', 'failed', 'TTFT p50', 'p95 ms', 'tok/s', 'all'] as const
const WIDTHS = [8, 7, 8, 7, 7, 7] as const

/** For a terminal of 80 columns: a section for each model, a row for each of its engines, versions, loads or hours. */
export function formatText({ rows, tasks, unreadable, from, to }: HostReport, style: Style): string[] {
  const lines = [
    `${plural(tasks, 'task')} from ${toMinute(from)} to ${toMinute(to)} (UTC)${unreadable > 0 ? `, ${plural(unreadable, 'record')} unreadable` : ''}`,
    style.faint(row('', FIGURES)),
  ]
  let model = ''
  for (const one of rows) {
    if (one.model_ref !== model) lines.push('', style.strong(shorten(one.model_ref, 80)))
    model = one.model_ref
    lines.push(row(`  ${labelOf(one)}`, figuresOf(one)))
    const alike = rows.filter(({ model_ref }) => model_ref === model)
    const detail = detailOf(one, rangeOf(alike))
    if (detail !== '') lines.push(style.faint(`  ${detail}`))
  }
  lines.push('', ...NOTE.map(style.faint))
  return lines
}

/** What the columns hold, for who has not read the help. */
const NOTE = [
  'failed: errors and refusals. tok/s: decode speed of one request, p50; all: of all',
  'streams together, p50. Over all prompt sizes; --by concurrency tells loads apart.',
]

function row(label: string, figures: readonly string[]): string {
  return `${shorten(label, LABEL_COLUMNS).padEnd(LABEL_COLUMNS)} ${figures.map((text, at) => text.padStart(WIDTHS[at]!)).join(' ')}`.trimEnd()
}

function labelOf({ engine, engine_version, concurrency, hour }: ReportRow): string {
  const name = engine_version === null ? engine : `${engine} ${engine_version}`
  if (concurrency !== null) return `${name}, load ${CONCURRENCY_BUCKET_TITLES[concurrency]}`
  return hour === null ? name : `${name}, ${String(hour).padStart(2, '0')}:00`
}

function figuresOf(one: ReportRow): string[] {
  const failed = (one.error + one.reject) / one.tasks
  return [
    one.tasks.toLocaleString('en'),
    `${(failed * 100).toFixed(failed > 0 && failed < 0.1 ? 1 : 0)} %`,
    ...[one.ttft_ms_p50, one.ttft_ms_p95, one.decode_tps_p50, one.output_tps_p50].map(show),
  ]
}

/** Decode speed over the span, memory, and why most tasks failed, within 78 columns. */
function detailOf(one: ReportRow, range: Range): string {
  const { decode_tps_over_time, vram_used_mb_peak, vram_total_mb, error_codes } = one
  const line = drawLine(decode_tps_over_time, range)
  const used = vram_used_mb_peak === null ? null : toGb(vram_used_mb_peak)
  const total = vram_total_mb === null ? '' : ` of ${toGb(vram_total_mb)}`
  const codes = error_codes.slice(0, 2).map(([code, count]) => `${code} ${count.toLocaleString('en')}`)
  const facts = [line && `tok/s ${line}`, used && `VRAM ${used}${total} GB`].filter(Boolean).join('  ')
  const whole = [codes, codes.slice(0, 1)].map((some) => [facts, some.join(', ')].filter(Boolean).join('  '))
  return shorten((whole.find(({ length }) => length <= 78) ?? whole.at(-1)!).trimEnd(), 78)
}

interface Range {
  least: number
  most: number
}

/** One for all rows of a model, so that they can be compared by eye. */
function rangeOf(rows: readonly ReportRow[]): Range {
  const known = rows.flatMap(({ decode_tps_over_time }) => decode_tps_over_time.filter((value) => value !== null))
  const most = Math.max(...known)
  return { most, least: Math.min(...known, LEAST_SHARE * most) }
}

/** Noise is to look like noise: an eighth stands for 4 % of the highest value at least. */
const LEAST_SHARE = 0.7
const HEIGHTS = '▁▂▃▄▅▆▇█'

/** A line of blocks, the highest value at full height; blank where there is none. */
function drawLine(values: readonly (number | null)[], { least, most }: Range): string {
  if (values.filter((value) => value !== null).length < 2) return ''
  const heightOf = (value: number) => Math.round(((value - least) / (most - least)) * 7)
  return values.map((value) => (value === null ? ' ' : HEIGHTS[heightOf(value)]!)).join('')
}

const MARKDOWN_HEAD = [
  ...['model', 'engine', 'tasks', 'failed', 'TTFT p50 ms', 'TTFT p95 ms'],
  ...['tok/s', 'tok/s of all', 'VRAM GB'],
]

export function formatMarkdown({ rows }: HostReport): string[] {
  const cells = rows.map((one) => [
    ...[one.model_ref, labelOf(one), ...figuresOf(one)],
    one.vram_used_mb_peak === null ? '–' : toGb(one.vram_used_mb_peak),
  ])
  const align = MARKDOWN_HEAD.map((_, at) => (at < 2 ? '---' : '---:'))
  return [MARKDOWN_HEAD, align, ...cells].map(
    (line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  )
}

export function formatJson({ rows, ...head }: HostReport): string[] {
  return [JSON.stringify({ ...head, rows: rows.map(roundRow) }, null, 1)]
}

const CSV_COLUMNS = [
  ...([
    'model_ref',
    'engine',
    'engine_version',
    'concurrency',
    'hour',
    'tasks',
    'ok',
    'cancel',
    'error',
    'reject',
  ] as const),
  ...(['ttft_ms_p50', 'ttft_ms_p95', 'decode_tps_p5', 'decode_tps_p50', 'output_tps_p50', 'output_tps_p95'] as const),
  ...(['tokens_in', 'tokens_out', 'vram_used_mb_peak', 'vram_total_mb'] as const),
]

/** RFC 4180; no cell of the contract's forms begins like a formula. */
export function formatCsv({ rows }: HostReport): string[] {
  const cells = rows.map(roundRow).map((one) => CSV_COLUMNS.map((name) => quote(String(one[name] ?? ''))))
  return [CSV_COLUMNS, ...cells].map((line) => line.join(','))
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function show(value: number | null): string {
  return value === null ? '–' : formatFigure(value)
}

function toGb(mb: number): string {
  return (mb / 1000).toFixed(1)
}

function toMinute(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}

function shorten(text: string, columns: number): string {
  return text.length > columns ? `${text.slice(0, columns - 1)}…` : text
}
