import { modelSlug } from '../../contracts/catalog.ts'
import type { CellRow } from '../../contracts/tables.ts'
import type { AnswerMetric, Figure } from '../lib/answers/types.ts'
import { type Against, compareWithFirst, findPairs, groupMatches, type MatchGroup } from '../lib/compare/match.ts'
import {
  type Cell,
  type CompareIndex,
  type Names,
  SIDE_COLUMNS,
  SIDES,
  type Side,
  type Subject,
} from '../lib/compare/types.ts'
import { cheapestRent, rentOrigin } from '../lib/cost.ts'
import { formatCount, formatParameters, formatUsd, formatValue, shorten } from '../lib/format.ts'
import { groupBy } from '../lib/group_by.ts'
import { engineName, findGpu, findModel, gpuName, modelName } from './catalog.ts'
import { figureOf } from './matrix.ts'
import { listingsOf } from './prices.ts'
import { published } from './published.ts'

/** Two GPUs, or two engines, with at least one like-for-like comparison. `a` comes first in the alphabet of ids. */
export interface Comparison {
  side: Side
  a: { id: string; name: string }
  b: { id: string; name: string }
  groups: (MatchGroup & { against: Against })[]
  /** Like-for-like comparisons. */
  strata: number
}

/** Most comparisons with a page, per side; those with most like-for-like comparisons come first. Bounds the build time of a large matrix. */
export const PAGE_LIMIT = 300

const METRICS: AnswerMetric[] = ['decode_tps', 'e2e_tps', 'ttft_ms']
let made: { all: Comparison[]; left: number } | undefined
let ownCells: Cell[] | undefined

const allCells = (): Cell[] => (ownCells ??= published('cells').map(toCell))
const nameOf: Record<Side, (id: string) => string> = { gpus: gpuName, engines: engineName, models: modelName }

/** All comparisons of two with a page, those that rest on most first, and the number of those without. */
export function comparisons(): { all: Comparison[]; left: number } {
  made ??= makeAll()
  return made
}

function makeAll(): { all: Comparison[]; left: number } {
  const bySide = (['gpus', 'engines'] as const).map(compareSide)
  const all = bySide.flatMap((own) => own.slice(0, PAGE_LIMIT))
  return { all, left: bySide.flat().length - all.length }
}

function compareSide(side: Side): Comparison[] {
  const name = nameOf[side]
  return [...findPairs(allCells(), side)]
    .map(([pair, matches]) => {
      const [a, b] = pair.split(' ') as [string, string]
      const groups = groupMatches(matches).map((group) => ({ ...group, against: compareWithFirst(group)[0]! }))
      return { side, a: { id: a, name: name(a) }, b: { id: b, name: name(b) }, groups, strata: matches.length }
    })
    .filter(({ groups }) => groups.length > 0)
    .sort((x, y) => y.strata - x.strata || x.a.id.localeCompare(y.a.id) || x.b.id.localeCompare(y.b.id))
}

/** The group that stands for a comparison: the one with most like-for-like comparisons. */
export function widest({ groups }: Comparison): Comparison['groups'][number] {
  return groups.toSorted((x, y) => y.matches.length - x.matches.length)[0]!
}

const subjects = new Map<string, Subject>()
const bySide = new Map<Side, Map<string, Cell[]>>()

/** All cells of a GPU, engine or model by its id in the tables. */
export function subjectOf(side: Side, id: string): Subject {
  const key = `${side} ${id}`
  if (!subjects.has(key)) subjects.set(key, makeSubject(side, id))
  return subjects.get(key)!
}

function cellsBy(side: Side): Map<string, Cell[]> {
  if (!bySide.has(side))
    bySide.set(
      side,
      groupBy(allCells(), (cell) => cell[SIDE_COLUMNS[side]]),
    )
  return bySide.get(side)!
}

function makeSubject(side: Side, id: string): Subject {
  const cells = cellsBy(side).get(id) ?? []
  return {
    side,
    id: side === 'models' ? slugOf(id) : id,
    name: nameOf[side](id),
    facts: factsOf(side, id),
    cells,
    names: namesOf(cells),
  }
}

function factsOf(side: Side, id: string): Subject['facts'] {
  const value = (number: number | null | undefined, unit: string) =>
    number === null || number === undefined ? 'not known' : `${formatCount(number)} ${unit}`
  if (side === 'models') {
    const model = findModel(id)
    return [
      ['Parameters', formatParameters(model?.params_b)],
      ['Active per token', formatParameters(model?.active_params_b)],
    ]
  }
  if (side === 'engines') return []
  const gpu = findGpu(id)
  const rent = cheapestRent(listingsOf(id), 1)
  return [
    ['Memory', value(gpu?.memory_gb, 'GB')],
    ['Bandwidth', value(gpu?.bandwidth_gbps, 'GB/s')],
    ['TDP', value(gpu?.tdp_w, 'W')],
    ['On-demand rent', rent ? `${formatUsd(rent.usdPerHour)} USD/h (${rentOrigin(rent, 1)})` : 'no list price'],
  ]
}

/** Every GPU, engine and model with a published cell, for the scripts of /compare/. */
export function allSubjects(): Subject[] {
  return SIDES.flatMap((side) =>
    [...cellsBy(side).keys()].filter((id) => id !== 'any').map((id) => subjectOf(side, id)),
  )
}

const slugOf = (id: string): string => findModel(id)?.slug ?? modelSlug(id)

function namesOf(cells: Cell[]): Names {
  const record = <Value>(ids: string[], value: (id: string) => Value) =>
    Object.fromEntries([...new Set(ids)].map((id) => [id, value(id)]))
  return {
    gpus: record(
      cells.map(({ gpu }) => gpu),
      gpuName,
    ),
    engines: record(
      cells.map(({ engine }) => engine),
      engineName,
    ),
    models: record(
      cells.map(({ model }) => model),
      (id) => ({
        slug: slugOf(id),
        name: modelName(id),
        paramsB: findModel(id)?.params_b ?? null,
      }),
    ),
  }
}

/** Most partners that the index names of each. */
const MOST_SHARES = 5

/** What can be compared, by side and name, with what each shares most. */
export function compareIndex(): CompareIndex {
  return Object.fromEntries(SIDES.map((side) => [side, listSide(side)])) as CompareIndex
}

function listSide(side: Side): CompareIndex[Side] {
  const idOf = side === 'models' ? slugOf : (id: string) => id
  const both = [...findPairs(allCells(), side)].flatMap(([pair, { length }]): [string, string, number][] => {
    const [a, b] = pair.split(' ') as [string, string]
    return [
      [a, b, length],
      [b, a, length],
    ]
  })
  const shares = groupBy(both, ([id]) => id)
  return allSubjects()
    .filter((subject) => subject.side === side)
    .map(({ id, name, cells }) => {
      const own = (shares.get(cells[0]![SIDE_COLUMNS[side]] as string) ?? []).toSorted((a, b) => b[2] - a[2])
      const paramsB = side === 'models' ? { paramsB: findModel(cells[0]!.model)?.params_b ?? null } : {}
      return {
        id,
        name,
        ...paramsB,
        shares: own.slice(0, MOST_SHARES).map(([, other, count]) => [idOf(other), count] as [string, number]),
      }
    })
    .sort((a, b) => a.name.localeCompare(b.name))
}

function toCell(row: CellRow): Cell {
  const figures = METRICS.flatMap((metric) => {
    const figure = figureOf(row, metric)
    return figure ? [[metric, shortFigure(figure)]] : []
  })
  return {
    id: row.matrix_id,
    kind: row.kind,
    source: row.source,
    model: row.model_id,
    quantization: row.quantization,
    gpu: row.gpu_id,
    gpuCount: row.gpu_count,
    engine: row.engine,
    backend: row.engine_backend,
    version: row.engine_version,
    type: row.measurement_type,
    load: row.concurrency_bucket,
    bucket: row.prompt_bucket,
    month: row.month,
    figures: Object.fromEntries(figures) as Cell['figures'],
  }
}

function shortFigure({ n, p25, p50, p75, interval }: Figure): Figure {
  const short = (value: number) => shorten(value, formatValue)
  return {
    n,
    p25: short(p25),
    p50: short(p50),
    p75: short(p75),
    interval: interval && [short(interval[0]), short(interval[1])],
  }
}
