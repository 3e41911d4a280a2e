import * as Plot from '@observablehq/plot'
import { element } from '../../../lib/dom.ts'
import type { ChartPlan } from '../../../lib/explore/chart_plan.ts'
import type { ColumnKind, QueryResult } from '../../../lib/explore/result.ts'
import { formatCount, plural } from '../../../lib/format.ts'
import { adoptChart } from './adopt_chart.ts'
import { isLabel, type Point, readPoints } from './read_points.ts'
import { COLOURS, renderLegend, SHAPES } from './series.ts'

interface Axis {
  label: string
  kind: ColumnKind
  isLog: boolean
  /** In the order of the result, as the query sorts them. */
  values: (Point['x'] | Point['y'])[]
}
interface Drawing {
  plan: ChartPlan
  x: Axis
  y: Axis
  points: Point[]
  series: string[]
  width: number
}

/** A result as a figure, one mark per row: a caption that counts hidden rows, a legend, and the chart. */
export function drawChart(
  document: Document,
  result: QueryResult,
  plan: ChartPlan,
  { width, unitOf }: { width: number; unitOf: (name: string) => string },
): HTMLElement {
  const { points, caption } = readPoints(result, plan)
  const [x, y] = (['x', 'y'] as const).map((axis) => axisOf(result, plan, axis, points, unitOf)) as [Axis, Axis]
  const series = plan.colour ? [...new Set(points.map((point) => point.series))] : []
  const title = `${y.label} against ${x.label}${plan.colour ? `, by ${plan.colour}` : ''}: ${plural(points.length, 'row')}`
  return element(
    document,
    'figure',
    { class: 'chart' },
    element(document, 'figcaption', {}, caption),
    series.length > 0 ? renderLegend(document, plan.colour, series) : null,
    adoptChart(plot({ plan, x, y, points, series, width }), title),
  )
}

function axisOf(
  result: QueryResult,
  plan: ChartPlan,
  axis: 'x' | 'y',
  points: readonly Point[],
  unitOf: (name: string) => string,
): Axis {
  const { name, kind } = result.columns.find((column) => column.name === plan[axis])!
  const isLog = kind === 'number' && plan.mark !== 'bar' && plan.log.includes(axis)
  const facts = [unitOf(name), isLog && 'log scale'].filter(Boolean)
  const label = facts.length > 0 ? `${name} (${facts.join(', ')})` : name
  return { label, kind, isLog, values: points.map((point) => point[axis]) }
}

function plot(drawing: Drawing): SVGSVGElement {
  const { x, y, plan, series, width } = drawing
  const shorten = createShortener(width < 560 ? 20 : 34)
  const labels = isLabel(y.kind) ? [...new Set(y.values.map(String))] : null
  const longest = Math.max(0, ...(labels ?? []).map((label) => shorten(label).length))
  const isTurned = isLabel(x.kind)
  return Plot.plot({
    width,
    height: labels ? 90 + labels.length * 20 : 420,
    marginLeft: labels ? 22 + longest * 6.8 : 64,
    marginRight: 24,
    marginTop: 40,
    marginBottom: isTurned ? 150 : 46,
    className: 'plot',
    x: { ...scaleOf(x, plan, shorten), ...(isTurned ? { tickRotate: -40 } : {}) },
    y: { ...scaleOf(y, plan, shorten), labelAnchor: 'top' },
    color: { type: 'ordinal', domain: series, range: COLOURS },
    symbol: { domain: series, range: [...SHAPES] },
    marks: marksOf(drawing),
  }) as SVGSVGElement
}

function scaleOf(
  { kind, label, isLog, values }: Axis,
  { mark }: ChartPlan,
  shorten: (text: string) => string,
): Plot.ScaleOptions {
  const common = { label, labelArrow: 'none' } as const
  if (isLabel(kind)) {
    return {
      ...common,
      type: mark === 'bar' ? 'band' : 'point',
      domain: new Set(values.map(String)),
      tickFormat: shorten,
    }
  }
  if (kind === 'time') return { ...common, type: 'utc' }
  if (isLog) return { ...common, type: 'log', grid: true, tickFormat: createLogFormat(values.map(Number)) }
  return { ...common, type: 'linear', grid: true, nice: true, zero: mark === 'bar', tickFormat: formatTick }
}

/** Labels the ticks that begin with 1, on short axes also those with 2 and 5, or 3: more labels would overlap. */
function createLogFormat(values: readonly number[]): (value: number) => string {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
  const decades = Math.log10(high / low)
  const digits = decades < 1.5 ? ['1', '2', '5'] : decades < 4 ? ['1', '3'] : ['1']
  return (value) => (digits.includes(value.toExponential()[0]!) ? formatTick(value) : '')
}

function createShortener(limit: number): (text: string) => string {
  return (text) => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text)
}

function formatTick(value: number): string {
  return Math.abs(value) >= 1000 ? formatCount(value) : String(Number(value.toPrecision(4)))
}

function marksOf({ plan, x, y, points, series }: Drawing): Plot.Markish[] {
  const colour = series.length > 0 ? 'series' : () => 'var(--mark)'
  if (plan.mark === 'bar') return [drawBars(x, y, points, colour)]
  const dots = Plot.dot(points, {
    x: 'x',
    y: 'y',
    title: 'title',
    r: 4,
    stroke: colour,
    fill: colour,
    fillOpacity: 0.35,
    symbol: series.length > 0 ? 'series' : 'circle',
  })
  if (plan.mark === 'dot') return [dots]
  const line = Plot.line(points, { x: 'x', y: 'y', sort: 'x', stroke: colour, strokeWidth: 1.5, z: 'series' })
  return [line, ...(points.length <= 100 ? [dots] : [])]
}

function drawBars(x: Axis, y: Axis, points: Point[], colour: string | (() => string)): Plot.Markish {
  const at = { x: 'x', y: 'y', title: 'title' } as const
  if (isLabel(y.kind)) return Plot.barX(points, { ...at, fill: colour, insetTop: 1, insetBottom: 1 })
  if (isLabel(x.kind)) return Plot.barY(points, { ...at, fill: colour, insetLeft: 1, insetRight: 1 })
  return Plot.ruleX(points, { ...at, stroke: colour, strokeWidth: 3 })
}
