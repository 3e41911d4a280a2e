import { type ChartPlan, LABEL_LIMIT, SERIES_LIMIT } from '../../../lib/explore/chart_plan.ts'
import type { ColumnKind, QueryResult, Value } from '../../../lib/explore/result.ts'
import { formatCount, plural } from '../../../lib/format.ts'

/** Most marks in one chart: more would hide each other. */
const MARK_LIMIT = 5_000

export interface Point {
  x: Value | Date
  y: Value | Date
  series: string
  title: string
}
interface Points {
  points: Point[]
  /** How many rows are drawn, and how many are hidden for which reason. */
  caption: string
}

/** The rows of a result as points of a chart, in their order. */
export function readPoints(result: QueryResult, plan: ChartPlan): Points {
  const rows = result.rows(0, MARK_LIMIT)
  const axes = (['x', 'y'] as const).map((axis) => {
    const i = result.columns.findIndex((column) => column.name === plan[axis])
    const { kind } = result.columns[i]!
    const isLog = kind === 'number' && plan.mark !== 'bar' && plan.log.includes(axis)
    return { i, kind, isLog, labels: isLabel(kind) ? firstLabels(rows, i) : null }
  })
  const full = rows.filter((row) => axes.every(({ i, isLog }) => row[i] !== null && !(isLog && Number(row[i]) <= 0)))
  const kept = full.filter((row) => axes.every(({ i, labels }) => labels?.has(String(row[i])) ?? true))
  const series = seriesOf(
    rows,
    result.columns.findIndex((column) => column.name === plan.colour),
  )
  const points = kept.map((row) => {
    const [x, y] = axes.map(({ i, kind }) => toCoordinate(row[i]!, kind))
    const title = result.columns.map((column, i) => `${column.name}: ${row[i] ?? '–'}`).join('\n')
    return { x: x!, y: y!, series: series(row), title }
  })
  const parts = [
    `${plural(points.length, 'row')} drawn`,
    full.length < rows.length && `${formatCount(rows.length - full.length)} without a value that the axes can show`,
    kept.length < full.length && `${formatCount(full.length - kept.length)} beyond the first ${LABEL_LIMIT} labels`,
    rows.length < result.rowCount &&
      `${formatCount(result.rowCount - rows.length)} beyond the first ${formatCount(MARK_LIMIT)}`,
  ]
  return { points, caption: `One mark per row, nothing is averaged: ${parts.filter(Boolean).join(', ')}.` }
}

/** Whether the values of a column are categories of an axis, not positions on a scale. */
export const isLabel = (kind: ColumnKind): boolean => kind === 'text' || kind === 'other'

function firstLabels(rows: readonly Value[][], i: number): Set<string> {
  const labels = new Set(rows.filter((row) => row[i] !== null).map((row) => String(row[i])))
  return new Set([...labels].slice(0, LABEL_LIMIT))
}

/** The first series by name, all others as one. */
function seriesOf(rows: readonly Value[][], i: number): (row: Value[]) => string {
  const nameOf = (row: Value[]) => (i < 0 ? '' : String(row[i] ?? '–'))
  const names = [...new Set(rows.map(nameOf))]
  const own = new Set(names.length > SERIES_LIMIT ? names.slice(0, SERIES_LIMIT - 1) : names)
  return (row) => (own.has(nameOf(row)) ? nameOf(row) : 'all others')
}

function toCoordinate(value: Value, kind: ColumnKind): Value | Date {
  if (kind === 'number') return Number(value)
  return kind === 'time' ? new Date(String(value)) : String(value)
}
