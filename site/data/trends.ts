import { METRICS, type Metric, PROMPT_BUCKETS, type PromptBucket } from '../../contracts/metrics.ts'
import type { CellRow, MatrixRow } from '../../contracts/tables.ts'
import { byVersion, isOrdered, parseVersion } from '../../contracts/versions.ts'
import type { TrendPoint } from '../charts/trend_chart.ts'
import { groupBy } from '../lib/group_by.ts'
import { SHORT_SIZES } from '../lib/labels.ts'
import { figureOf } from './matrix.ts'
import { cellsOf } from './published.ts'

/** The figures of a matrix row by prompt size or by version: one trend per metric. */
export interface Trend {
  metric: Metric
  places: string[]
  points: TrendPoint[]
  /** The prompt size of all points, if it is the same. */
  size?: PromptBucket | undefined
}

export interface SizeTrends {
  version: string
  trends: Trend[]
}

/** The figures by prompt size, of the version with most sizes (the newest if several have); undefined if no version has two. */
export function sizeTrends(row: MatrixRow): SizeTrends | undefined {
  const sized = cellsOf(row.matrix_id).filter((cell) => hasFigure(cell) && cell.prompt_bucket in SHORT_SIZES)
  const [version, cells] =
    mostKeys(
      sized,
      (cell) => cell.engine_version,
      (cell) => cell.prompt_bucket,
    ) ?? []
  if (version === undefined || !cells) return undefined
  const ordered = newestBy(cells, (cell) => cell.prompt_bucket).sort(
    (a, b) => PROMPT_BUCKETS.indexOf(a.prompt_bucket) - PROMPT_BUCKETS.indexOf(b.prompt_bucket),
  )
  const trends = METRICS.flatMap((metric) =>
    toTrend(
      ordered,
      metric,
      (cell) => SHORT_SIZES[cell.prompt_bucket]!,
      () => '',
    ),
  )
  return trends.length === 0 ? undefined : { version, trends: withoutRedundant(trends) }
}

/** The trends by prompt size of several rows, a series each, on common axes. */
export function mergeSizeTrends(rows: MatrixRow[], label: (row: MatrixRow) => string): Trend[] {
  const all = rows.map((row) => ({ name: label(row), trends: sizeTrends(row)?.trends ?? [] }))
  const merged = METRICS.flatMap((metric) => {
    const points = all.flatMap(({ name, trends }) =>
      trends
        .filter((trend) => trend.metric === metric)
        .flatMap((trend) => trend.points.map((point) => ({ ...point, series: name }))),
    )
    const places = Object.values(SHORT_SIZES).filter((size) => points.some((point) => point.at === size))
    return places.length > 1 ? [{ metric, places, points }] : []
  })
  return withoutRedundant(merged)
}

/** Drops end-to-end speed if there is decode speed, since decode speed and time to first token make it up. */
function withoutRedundant(trends: Trend[]): Trend[] {
  const hasDecode = trends.some(({ metric }) => metric === 'decode_tps')
  return hasDecode ? trends.filter(({ metric }) => metric !== 'e2e_tps') : trends
}

/** The metrics compared across versions. Prefill speed would repeat the time to first token; end-to-end speed is used if there is no decode speed. */
const COMPARED: readonly Metric[] = ['decode_tps', 'e2e_tps', 'ttft_ms']

/** The figures by engine version, a series per build variant; each metric at the prompt size with most versions of it. */
export function versionTrends(row: MatrixRow): Trend[] {
  const known = cellsOf(row.matrix_id).filter((cell) => isOrdered(cell.engine_version))
  const trends = COMPARED.flatMap((metric) => {
    const measured = known.filter((cell) => figureOf(cell, metric))
    const [size, cells = []] = mostKeys(measured, (cell) => cell.prompt_bucket, releaseOf) ?? []
    const ordered = newestBy(cells, (cell) => cell.engine_version).sort((a, b) =>
      byVersion(a.engine_version, b.engine_version),
    )
    return toTrend(ordered, metric, releaseOf, variantOf).map((trend) => ({ ...trend, size }))
  })
  return withoutRedundant(trends)
}

const hasFigure = (cell: CellRow): boolean => METRICS.some((metric) => figureOf(cell, metric))
const releaseOf = (cell: CellRow): string => parseVersion(cell.engine_version).release
const variantOf = (cell: CellRow): string => parseVersion(cell.engine_version).variant

/** The group with most distinct inner keys, the last one in file order if several have; undefined if none has two. */
function mostKeys<Key>(
  cells: CellRow[],
  outer: (cell: CellRow) => Key,
  inner: (cell: CellRow) => string,
): [Key, CellRow[]] | undefined {
  const count = (own: CellRow[]) => new Set(own.map(inner)).size
  const groups = [...groupBy(cells, outer)].filter(([, own]) => count(own) > 1)
  return groups.reduce<[Key, CellRow[]] | undefined>(
    (most, group) => (most && count(most[1]) > count(group[1]) ? most : group),
    undefined,
  )
}

/** The newest cell of each key. */
function newestBy(cells: CellRow[], key: (cell: CellRow) => string): CellRow[] {
  const groups = [...groupBy(cells, key).values()]
  return groups.map((own) => own.reduce((late, cell) => (cell.month > late.month ? cell : late)))
}

/** One trend, or none if fewer than two categories have the metric. */
function toTrend(
  cells: CellRow[],
  metric: Metric,
  place: (cell: CellRow) => string,
  series: (cell: CellRow) => string,
): Trend[] {
  const points = cells.flatMap((cell) => {
    const figure = figureOf(cell, metric)
    return figure ? [{ at: place(cell), series: series(cell), low: figure.p25, mid: figure.p50, high: figure.p75 }] : []
  })
  const places = [...new Set(points.map((point) => point.at))]
  return places.length > 1 ? [{ metric, places, points }] : []
}
