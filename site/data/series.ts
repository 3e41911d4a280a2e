import { METRIC_INFO, type Metric } from '../../contracts/metrics.ts'
import type { CellRow } from '../../contracts/tables.ts'
import { parseVersion } from '../../contracts/versions.ts'
import { judgeStratum } from '../lib/answers/figures.ts'
import type { Figure } from '../lib/figure.ts'
import { groupBy } from '../lib/group_by.ts'
import { figureOf } from './matrix.ts'
import { published } from './published.ts'
import { releasesByConfiguration } from './steps.ts'

/** What became of a configuration over the releases of its engine that one source measured. Not a tested verdict. */
export interface Series {
  /** The cell of the newest release. */
  cell: CellRow
  metric: Metric
  /** The build or backend that all releases were; empty where none is named. */
  variant: string
  points: { version: string; month: string; figure: Figure }[]
  /** Relative change of the median from the release before the newest to the newest: −0.05 is 5 % less. */
  last: Change
  /** The same from the oldest release to the newest. */
  all: Change
}

export interface Change {
  effect: number
  outcome: 'slower' | 'faster' | 'no clear change'
}

/** A smaller change of single-source medians says nothing: the regression test asks for as much. */
export const LEAST_CHANGE = 0.03

const METRICS_COMPARED: readonly Metric[] = ['decode_tps', 'e2e_tps', 'ttft_ms']

let made: Series[] | undefined

/** Every series of the published cells: those whose last step lost most first. */
export function allSeries(): Series[] {
  made ??= findSeries(published('cells'))
  return made
}

/** The series of configurations that are equal in all but the release and its month. End-to-end speed only where decode speed is not known. */
export function findSeries(cells: CellRow[]): Series[] {
  const found = releasesByConfiguration(cells).flatMap((own) => {
    const series = METRICS_COMPARED.flatMap((metric) => toSeries(own, metric))
    const hasDecode = series.some(({ metric }) => metric === 'decode_tps')
    return hasDecode ? series.filter(({ metric }) => metric !== 'e2e_tps') : series
  })
  return found.sort((a, b) => gain(a) - gain(b) || a.cell.cell_id.localeCompare(b.cell.cell_id))
}

/** How much faster the last step made it, in ln: a halved latency is as good as a doubled speed. */
function gain({ last, metric }: Series): number {
  return Math.log1p(last.effect) * (METRIC_INFO[metric].higher_is_better ? 1 : -1)
}

function toSeries(cells: CellRow[], metric: Metric): Series[] {
  const measured = cells.filter((cell) => figureOf(cell, metric))
  if (measured.length < 2) return []
  const points = measured.map((cell) => ({
    version: parseVersion(cell.engine_version).release,
    month: cell.month,
    figure: figureOf(cell, metric)!,
  }))
  const cell = measured.at(-1)!
  const [first, before, newest] = [points[0]!, points.at(-2)!, points.at(-1)!]
  return [
    {
      cell,
      metric,
      variant: parseVersion(cell.engine_version).variant,
      points,
      last: judge(before.figure, newest.figure, metric),
      all: judge(first.figure, newest.figure, metric),
    },
  ]
}

function judge(from: Figure, to: Figure, metric: Metric): Change {
  const higherIsBetter = METRIC_INFO[metric].higher_is_better
  const effect = to.p50 / from.p50 - 1
  const outcome = judgeStratum(to, from, { kind: 'curated', higherIsBetter })
  if (outcome === 'tie' || Math.abs(effect) < LEAST_CHANGE) return { effect, outcome: 'no clear change' }
  return { effect, outcome: outcome === 'better' ? 'faster' : 'slower' }
}

let counts: Map<string, number> | undefined

function count(key: string): number {
  counts ??= new Map(
    [
      ...groupBy(
        allSeries().flatMap(({ cell }) => [cell.gpu_id, cell.model_id]),
        (id) => id,
      ),
    ].map(([id, own]) => [id, own.length]),
  )
  return counts.get(key) ?? 0
}

/** The number of series on a GPU. */
export const seriesOfGpu = (id: string): number => count(id)
/** The number of series with a model. */
export const seriesOfModel = (id: string): number => count(id)

/** Whole months from `2025-08` to a day. */
export function monthsSince(month: string, now: Date): number {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return (now.getUTCFullYear() - year) * 12 + now.getUTCMonth() + 1 - number
}

/** `this month`, `1 month ago`, `16 months ago`. */
export function formatAge(months: number): string {
  if (months <= 0) return 'this month'
  return months === 1 ? '1 month ago' : `${months} months ago`
}
