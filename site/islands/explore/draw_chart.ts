import * as Plot from '@observablehq/plot'
import { type ChartPlan, LABEL_LIMIT, type Mark, SERIES_LIMIT } from '../../lib/explore/chart_plan.ts'
import type { ColumnKind, QueryResult, Value } from '../../lib/explore/result.ts'
import { formatCount, plural } from '../../lib/format.ts'
import { element } from '../../lib/matrix/dom.ts'
import { adoptChart } from './chart_svg.ts'

/** Marks in one chart at most: more of them hide each other. */
export const MARK_LIMIT = 5_000
const SYMBOLS = ['circle', 'diamond', 'triangle', 'square', 'star', 'wye'] as const
const COLOURS = SYMBOLS.map((_, i) => `var(--series-${i + 1})`)

interface Point {
  x: Value | Date
  y: Value | Date
  series: string
  title: string
}
interface Axis {
  name: string
  label: string
  kind: ColumnKind
}
interface Drawing {
  plan: ChartPlan
  x: Axis
  y: Axis
  points: Point[]
  series: string[]
  width: number
}

/** A figure of a result, one mark per row: chart, legend, and a caption that says what it leaves out. */
export function drawChart(
  document: Document,
  result: QueryResult,
  plan: ChartPlan,
  { width, unitOf }: { width: number; unitOf: (name: string) => string },
): HTMLElement {
  const { points, left } = readPoints(result, plan)
  const x = axisOf(result, plan.x, unitOf)
  const y = axisOf(result, plan.y, unitOf)
  const series = plan.colour ? [...new Set(points.map((point) => point.series))] : []
  const title = `${y.label} against ${x.label}${plan.colour ? `, by ${plan.colour}` : ''}: ${plural(points.length, 'row')}`
  const svg = adoptChart(plot({ plan, x, y, points, series, width }), title)
  const caption = element(
    document,
    'figcaption',
    {},
    `One mark per row, nothing is averaged: ${describe(points.length, left)}`,
  )
  return element(
    document,
    'figure',
    { class: 'chart' },
    caption,
    series.length > 0 ? renderLegend(document, plan.colour, series) : null,
    svg,
  )
}

interface Left {
  empty: number
  labels: number
  rows: number
}

function describe(shown: number, { empty, labels, rows }: Left): string {
  const parts = [
    `${plural(shown, 'row')} drawn`,
    empty > 0 && `${formatCount(empty)} without a value left out`,
    labels > 0 && `only the first ${LABEL_LIMIT} labels, ${formatCount(labels)} more in the table`,
    rows > 0 && `only the first ${formatCount(MARK_LIMIT)} rows`,
  ]
  return `${parts.filter(Boolean).join('; ')}.`
}

function readPoints(result: QueryResult, plan: ChartPlan): { points: Point[]; left: Left } {
  const index = (name: string) => result.columns.findIndex((column) => column.name === name)
  const [x, y, colour] = [index(plan.x), index(plan.y), index(plan.colour)] as const
  const rows = result.rows(0, MARK_LIMIT)
  const kindOf = (i: number) => result.columns[i]!.kind
  const keep = [x, y].map((i) => (isLabel(kindOf(i)) ? firstLabels(rows, i) : null))
  const name = colour < 0 ? () => '' : seriesNames(rows, colour)
  const full = rows.filter((row) => row[x] !== null && row[y] !== null)
  const kept = full.filter((row) => [x, y].every((i, k) => keep[k]?.has(String(row[i])) ?? true))
  const all = [x, y].map((i, k) => (keep[k] ? new Set(full.map((row) => String(row[i]))).size - keep[k].size : 0))
  return {
    points: kept.map((row) => ({
      x: toCoordinate(row[x]!, kindOf(x)),
      y: toCoordinate(row[y]!, kindOf(y)),
      series: name(row),
      title: result.columns.map((column, i) => `${column.name}: ${row[i] ?? '–'}`).join('\n'),
    })),
    left: { empty: rows.length - full.length, labels: Math.max(0, ...all), rows: result.rowCount - rows.length },
  }
}

const isLabel = (kind: ColumnKind): boolean => kind === 'text' || kind === 'other'

function firstLabels(rows: readonly Value[][], i: number): Set<string> {
  const labels = new Set(rows.filter((row) => row[i] !== null).map((row) => String(row[i])))
  return new Set([...labels].slice(0, LABEL_LIMIT))
}

/** The first series by name, all others as one. */
function seriesNames(rows: readonly Value[][], i: number): (row: Value[]) => string {
  const names = [...new Set(rows.map((row) => String(row[i] ?? '–')))]
  const own = new Set(names.length > SERIES_LIMIT ? names.slice(0, SERIES_LIMIT - 1) : names)
  return (row) => {
    const name = String(row[i] ?? '–')
    return own.has(name) ? name : 'all others'
  }
}

function toCoordinate(value: Value, kind: ColumnKind): Value | Date {
  if (kind === 'number') return Number(value)
  return kind === 'time' ? new Date(String(value)) : String(value)
}

function axisOf(result: QueryResult, name: string, unitOf: (name: string) => string): Axis {
  const unit = unitOf(name)
  return { name, label: unit ? `${name} (${unit})` : name, kind: result.columns.find((c) => c.name === name)!.kind }
}

function plot({ plan, x, y, points, series, width }: Drawing): SVGSVGElement {
  const labels = isLabel(y.kind) ? new Set(points.map((point) => String(point.y))) : null
  const longest = labels ? Math.max(0, ...[...labels].map((label) => shorten(label).length)) : 0
  const isRotated = isLabel(x.kind)
  return Plot.plot({
    width,
    height: labels ? 80 + labels.size * 20 : 420,
    marginLeft: labels ? Math.min(20 + longest * 6.6, width * 0.45) : 64,
    marginRight: 24,
    marginTop: 40,
    marginBottom: isRotated ? 130 : 46,
    className: 'plot',
    x: {
      ...scaleOf(
        x,
        plan.mark,
        points.map((point) => point.x),
      ),
      ...(isRotated ? { tickRotate: -40 } : {}),
    },
    y: {
      ...scaleOf(
        y,
        plan.mark,
        points.map((point) => point.y),
      ),
      labelAnchor: 'top',
    },
    color: { type: 'ordinal', domain: series, range: COLOURS },
    symbol: { domain: series, range: [...SYMBOLS] },
    marks: marksOf({ plan, x, y, points, series, width }),
  }) as SVGSVGElement
}

/** Labels stand in the order of the result: whoever wrote the query chose it. */
function scaleOf({ kind, label }: Axis, mark: Mark, values: readonly unknown[]): Plot.ScaleOptions {
  const isBar = mark === 'bar'
  if (isLabel(kind)) {
    const type = isBar ? 'band' : 'point'
    return { type, label, domain: new Set(values) as Iterable<string>, tickFormat: shorten, labelArrow: 'none' }
  }
  if (kind === 'time') return { type: 'utc', label, labelArrow: 'none' }
  return { label, grid: true, nice: true, labelArrow: 'none', zero: isBar, tickFormat: formatTick }
}

const shorten = (text: string): string => (text.length > 34 ? `${text.slice(0, 33)}…` : text)
const formatTick = (value: number): string =>
  Math.abs(value) >= 1000 ? formatCount(value) : String(Number(value.toPrecision(4)))

function marksOf({ plan, x, y, points, series }: Drawing): Plot.Markish[] {
  const colour = series.length > 0 ? 'series' : () => 'var(--mark)'
  const at = { x: 'x', y: 'y', title: 'title' } as const
  if (plan.mark === 'bar') return [barsOf(x, y, points, colour)]
  const dots = Plot.dot(points, {
    ...at,
    r: 4,
    stroke: colour,
    fill: colour,
    fillOpacity: 0.35,
    symbol: series.length > 0 ? 'series' : 'circle',
  })
  if (plan.mark === 'dot') return [dots]
  const line = Plot.line(points, { x: 'x', y: 'y', sort: 'x', stroke: colour, strokeWidth: 1.5, z: 'series' })
  return [line, ...(points.length <= 200 ? [dots] : [])]
}

function barsOf(x: Axis, y: Axis, points: Point[], colour: string | (() => string)): Plot.Markish {
  const at = { x: 'x', y: 'y', title: 'title', sort: null } as const
  if (isLabel(y.kind)) return Plot.barX(points, { ...at, fill: colour, insetTop: 1, insetBottom: 1 })
  if (isLabel(x.kind)) return Plot.barY(points, { ...at, fill: colour, insetLeft: 1, insetRight: 1 })
  return Plot.ruleX(points, { x: 'x', y: 'y', title: 'title', stroke: colour, strokeWidth: 3 })
}

function renderLegend(document: Document, name: string, series: readonly string[]): HTMLElement {
  const items = series.map((label, i) => {
    const swatch = Plot.dot([0], { symbol: SYMBOLS[i], r: 5, frameAnchor: 'middle', fill: COLOURS[i] })
    const svg = swatch.plot({ width: 16, height: 16, margin: 0, axis: null, className: 'plot' }) as SVGSVGElement
    for (const style of svg.querySelectorAll('style')) style.remove()
    svg.removeAttribute('style')
    svg.setAttribute('aria-hidden', 'true')
    return element(document, 'li', {}, svg, label)
  })
  return element(
    document,
    'div',
    { class: 'legend-series' },
    element(document, 'b', {}, name),
    element(document, 'ul', {}, ...items),
  )
}
