import { METRIC_INFO, type Metric, PROMPT_BUCKET_TITLES } from '../../contracts/metrics.ts'
import type { CellRow, MatrixRow } from '../../contracts/tables.ts'
import { judgeMedians } from '../lib/answers/figures.ts'
import type { Figure } from '../lib/answers/types.ts'
import { groupBy } from '../lib/group_by.ts'
import { KINDS, type Kind, MEASUREMENT_LABELS, MEASUREMENT_TYPES, type MeasurementType } from '../lib/labels.ts'
import { findModel } from './catalog.ts'
import { figureOf } from './matrix.ts'
import { cellsOf } from './published.ts'
import { rowLabel, type Section, type Subject, sectionsOf } from './sections.ts'

/** The best figure for a question, shown at the top of a page. Never mixes measurement types or kinds. */
export interface Highlight {
  title: string
  metric: Metric
  figure: Figure
  row: MatrixRow
  /** What ran, without the subject of the page. */
  what: string
  /** The number of figures compared. */
  of: number
  /** Community figures with too few contributors for a rank, which are not compared. */
  unranked: number
  /** Figures indistinguishable from the best. */
  ties: number
  /** The lowest and highest median, where the range is shown beside the best. */
  range?: [low: number, high: number]
}

/** The highlights of a model: the best figure per measurement type, kind and speed metric, on any number of GPUs and on one, and the shortest time to first token. */
export function highlightsOf(rows: MatrixRow[], subject: Subject): Highlight[] {
  return sectionsOf(rows).flatMap((section) => [
    ...speedMetrics(section).flatMap((metric) => best(section, metric, subject)),
    ...(section.type === 'single_stream' ? soonest(section, subject) : []),
  ])
}

/** The metric that the section is ordered by, and end-to-end speed if some rows have no other. */
function speedMetrics({ metric, rows }: Section): Metric[] {
  const others = rows.some((row) => !figureOf(row, metric) && figureOf(row, 'e2e_tps'))
  return others ? [metric, 'e2e_tps'] : [metric]
}

function best({ type, rows }: Section, metric: Metric, subject: Subject): Highlight[] {
  const any = pick(rows, metric, subject)
  if (!any) return []
  const title = `${bestTitle(metric)}, ${typeTitle(type)}`
  const single =
    any.row.gpu_count > 1 &&
    pick(
      rows.filter((row) => row.gpu_count === 1),
      metric,
      subject,
    )
  return [{ ...any, title }, ...(single ? [{ ...single, title: `${title}, one GPU` }] : [])]
}

/** `Highest decode speed` or `Soonest first token`. */
function bestTitle(metric: Metric): string {
  return metric === 'ttft_ms' ? 'Soonest first token' : `Highest ${METRIC_INFO[metric].title.toLowerCase()}`
}

/** The shortest time to first token at the most frequent prompt size: it grows with the prompt, so sizes are not compared. */
function soonest({ rows, metric }: Section, subject: Subject): Highlight[] {
  if (metric === 'ttft_ms') return []
  const strong = rows.filter((row) => row.evidence === 'curated' || row.evidence === 'ranked')
  const byId = new Map(strong.map((row) => [row.matrix_id, row]))
  const cells = [...byId.keys()].flatMap(cellsOf).filter((cell) => cell.ttft_ms_p50 !== null)
  const sizes = [...groupBy(cells, (cell) => cell.prompt_bucket)].filter(
    ([size]) => size !== 'any' && size !== 'unknown',
  )
  const [size, own] = sizes.sort((a, b) => b[1].length - a[1].length)[0] ?? []
  if (!size || !own) return []
  const best = own.reduce((first, cell) => (cell.ttft_ms_p50! < first.ttft_ms_p50! ? cell : first))
  const figure = figureOf(best, 'ttft_ms')!
  const row = byId.get(best.matrix_id)!
  const title = `Soonest first token, single stream, prompt tokens ${PROMPT_BUCKET_TITLES[size]}`
  const ties = own.filter(
    (cell) =>
      cell !== best &&
      judgeMedians(figure, figureOf(cell, 'ttft_ms')!, { kind: row.kind, higherIsBetter: false }) === 'tie',
  )
  return [
    {
      title,
      metric: 'ttft_ms',
      figure,
      row,
      what: rowLabel(row, subject),
      of: own.length,
      ties: ties.length,
      unranked: 0,
    },
  ]
}

/** The best row by a metric, and how it compares with the others. Community rows below 8 contributors are unranked: they count only if no row is ranked. */
function pick(rows: MatrixRow[], metric: Metric, subject: Subject): Omit<Highlight, 'title'> | undefined {
  const measured = rows.filter((row) => figureOf(row, metric))
  const strong = measured.filter((row) => row.evidence === 'curated' || row.evidence === 'ranked')
  const own = strong.length > 0 ? strong : measured
  const higherIsBetter = METRIC_INFO[metric].higher_is_better
  const value = (row: MatrixRow) => figureOf(row, metric)!.p50
  const [row, ...others] = own.toSorted((a, b) => (higherIsBetter ? value(b) - value(a) : value(a) - value(b)))
  if (!row) return undefined
  const figure = figureOf(row, metric)!
  const ties = others.filter(
    (other) => judgeMedians(figure, figureOf(other, metric)!, { kind: row.kind, higherIsBetter }) === 'tie',
  )
  return {
    metric,
    row,
    figure,
    what: rowLabel(row, subject),
    of: own.length,
    ties: ties.length,
    unranked: measured.length - own.length,
  }
}

const SIZES = [
  { title: 'up to 4 B', most: 4 },
  { title: 'over 4 to 10 B', most: 10 },
  { title: 'over 10 to 20 B', most: 20 },
  { title: 'over 20 to 40 B', most: 40 },
  { title: 'over 40 to 80 B', most: 80 },
  { title: 'over 80 B', most: Number.POSITIVE_INFINITY },
]

/** The highlights of a GPU or an engine: for each class of model sizes, the fastest model and the range of all. */
export function sizeHighlights(rows: MatrixRow[], subject: Subject): Highlight[] {
  const [type, kind] = mostFrequent(rows)
  const [section] = sectionsOf(rows.filter((row) => row.measurement_type === type && row.kind === kind))
  if (!section) return []
  const classOf = (row: MatrixRow) =>
    SIZES.findIndex(({ most }) => (findModel(row.model_id)?.params_b ?? Number.NaN) <= most)
  return SIZES.flatMap(({ title }, i) => {
    const own = section.rows.filter((row) => classOf(row) === i)
    const best = pick(own, section.metric, subject)
    if (!best) return []
    const medians = own.flatMap((row) => figureOf(row, section.metric)?.p50 ?? [])
    const what = `${METRIC_INFO[section.metric].title.toLowerCase()}, ${typeTitle(type)}`
    const range: [number, number] = [Math.min(...medians), Math.max(...medians)]
    return [{ ...best, title: `Models ${title}: ${what}`, range }]
  })
}

/** The most frequent measurement type and kind, single stream first. */
function mostFrequent(rows: MatrixRow[]): [MeasurementType, Kind] {
  const pairs = MEASUREMENT_TYPES.flatMap((type) => KINDS.map((kind): [MeasurementType, Kind] => [type, kind]))
  const count = ([type, kind]: [MeasurementType, Kind]) =>
    rows.filter((row) => row.measurement_type === type && row.kind === kind).length
  return pairs.reduce((most, pair) => (count(pair) > count(most) ? pair : most))
}

function typeTitle(type: MeasurementType): string {
  return MEASUREMENT_LABELS[type].title.toLowerCase()
}

/** The rows for the charts by prompt size: those with several sizes, of the most frequent measurement type and kind, best first. */
export function sizedRows(rows: MatrixRow[], most: number): MatrixRow[] {
  const sized = rows.filter((row) => row.prompt_buckets.includes(' '))
  if (sized.length === 0) return []
  const [type, kind] = mostFrequent(sized)
  const [section] = sectionsOf(sized.filter((row) => row.measurement_type === type && row.kind === kind))
  return section?.rows.slice(0, most) ?? []
}

/** The memory in use of one quantisation, over the rows that measured it. */
export interface MemoryUse {
  quantization: string
  low: number
  high: number
  rows: MatrixRow[]
}

/** Peak memory (95th percentile, in MB) of a model by quantisation, least first. */
export function memoryUse(rows: MatrixRow[]): MemoryUse[] {
  const measured = rows.filter((row) => row.vram_used_p95_mb !== null)
  const groups = [...groupBy(measured, (row) => row.quantization)].map(([quantization, own]) => {
    const peaks = own.map((row) => row.vram_used_p95_mb!)
    return { quantization, low: Math.min(...peaks), high: Math.max(...peaks), rows: own }
  })
  return groups.sort((a, b) => a.low - b.low)
}

/** Rows with attempts that did not end ok, worst first. */
export function troubled<Row extends MatrixRow | CellRow>(rows: Row[]): Row[] {
  return rows.filter((row) => row.ok_rate < 1).sort((a, b) => a.ok_rate - b.ok_rate)
}
