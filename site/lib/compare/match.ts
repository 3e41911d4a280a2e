import { CONCURRENCY_BUCKETS } from '../../../contracts/load.ts'
import { METRIC_INFO, PROMPT_BUCKETS } from '../../../contracts/metrics.ts'
import { judgeStratum, type Outcome } from '../answers/figures.ts'
import { judgeOverall, type Overall } from '../answers/overall.ts'
import type { AnswerMetric } from '../answers/types.ts'
import { groupBy } from '../group_by.ts'
import { KINDS, type Kind, MEASUREMENT_TYPES, type MeasurementType } from '../labels.ts'
import { type Cell, SIDE_COLUMNS, type Side } from './types.ts'

/** One like-for-like comparison: the cells of the subjects that differ in nothing else, in their order: the first one's and at least one other. */
export type Match = (Cell | undefined)[]

/** The comparisons of one kind, measurement type and metric: never mixed with others. */
export interface MatchGroup {
  kind: Kind
  type: MeasurementType
  metric: AnswerMetric
  matches: Match[]
}

/** How a subject does against the first one, over the comparisons that both are in. */
export interface Against {
  /** Place of the subject. */
  at: number
  contrasts: { match: Match; outcome: Outcome; ratio: number }[]
  overall: Overall
}

/** Everything that has to be equal. Months may differ, and the versions of engines if those are compared. */
function keyOf(cell: Cell, side: Side): string {
  const { kind, source, model, quantization, gpu, gpuCount, type, load, backend, bucket, engine, version } = cell
  const fixed = { gpus: [model, engine, version], engines: [model, gpu], models: [gpu, engine, version] }[side]
  return [kind, source, quantization, gpuCount, type, load, backend, bucket, ...fixed].join('|')
}

/** The comparisons of the first subject with the others by their cells, sorted by model, load and prompt size. Each counts with its newest month. */
export function findMatches(subjects: Cell[][], side: Side): Match[] {
  const found = new Map<string, Match>()
  subjects.forEach((cells, at) => {
    for (const cell of cells) {
      if (isPooled(cell)) continue
      const key = keyOf(cell, side)
      const match = found.get(key) ?? subjects.map(() => undefined)
      if (!match[at] || match[at].month < cell.month) match[at] = cell
      found.set(key, match)
    }
  })
  return [...found.values()].filter((match) => match[0] && match.filter(Boolean).length > 1).sort(byStratum)
}

/** `any` stands for what was generalised for privacy: nothing can be told from it. */
const isPooled = (cell: Cell) => cell.engine === 'any' || cell.load === 'any'

/** The comparisons of every two subjects that have any, by their sorted ids (`a b`). */
export function findPairs(cells: Cell[], side: Side): Map<string, Match[]> {
  const column = SIDE_COLUMNS[side]
  const pairs = new Map<string, Match[]>()
  for (const stratum of groupBy(
    cells.filter((cell) => !isPooled(cell)),
    (cell) => keyOf(cell, side),
  ).values()) {
    const newest = [...groupBy(stratum, (cell) => cell[column]).values()].map(newestOf)
    const sorted = newest.sort((a, b) => (a[column] < b[column] ? -1 : 1))
    sorted.forEach((a, i) => {
      for (const b of sorted.slice(i + 1)) append(pairs, `${a[column]} ${b[column]}`, [a, b])
    })
  }
  return pairs
}

function newestOf(cells: Cell[]): Cell {
  return cells.reduce((newest, cell) => (cell.month > newest.month ? cell : newest))
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}

const anyOf = (match: Match): Cell => match.find((cell) => cell !== undefined)!

function byStratum(x: Match, y: Match): number {
  const [a, b] = [anyOf(x), anyOf(y)]
  const load = (cell: Cell) => CONCURRENCY_BUCKETS.indexOf(cell.load)
  const size = (cell: Cell) => PROMPT_BUCKETS.indexOf(cell.bucket)
  return (
    a.model.localeCompare(b.model) ||
    a.quantization.localeCompare(b.quantization) ||
    a.gpuCount - b.gpuCount ||
    a.engine.localeCompare(b.engine) ||
    a.gpu.localeCompare(b.gpu) ||
    load(a) - load(b) ||
    size(a) - size(b)
  )
}

/** The comparisons by kind, type and metric: the speed metric that most of them have, then the first token. */
export function groupMatches(matches: Match[]): MatchGroup[] {
  return MEASUREMENT_TYPES.flatMap((type) =>
    KINDS.flatMap((kind) => {
      const own = matches.filter((match) => anyOf(match).type === type && anyOf(match).kind === kind)
      const with_ = (metric: AnswerMetric) =>
        own.filter((match) => match.filter((cell) => cell?.figures[metric]).length > 1)
      const [decode, whole, first] = (['decode_tps', 'e2e_tps', 'ttft_ms'] as const).map((metric) => {
        return { kind, type, metric, matches: with_(metric) }
      }) as [MatchGroup, MatchGroup, MatchGroup]
      const speed = decode.matches.length * 2 >= whole.matches.length ? decode : whole
      return [speed, first].filter((group) => group.matches.length > 0)
    }),
  )
}

/** Every other subject against the first. Ratios are those of the first over the other; above 1 the first is better. */
export function compareWithFirst({ kind, metric, matches }: MatchGroup): Against[] {
  const higherIsBetter = METRIC_INFO[metric].higher_is_better
  const others = (matches[0] ?? []).slice(1).map((_, i) => i + 1)
  return others.flatMap((at) => {
    const contrasts = matches.flatMap((match) => {
      const [own, other] = [match[0]?.figures[metric], match[at]?.figures[metric]]
      if (!own || !other) return []
      const ratio = higherIsBetter ? own.p50 / other.p50 : other.p50 / own.p50
      return [{ match, ratio, outcome: judgeStratum(own, other, { kind, higherIsBetter }) }]
    })
    return contrasts.length === 0 ? [] : [{ at, contrasts, overall: judgeOverall(contrasts) }]
  })
}

/** What the contrasts can be broken down by: users, prompt size, GPU. */
export type Part = 'load' | 'bucket' | 'gpu'

/** The contrasts by load, prompt size or GPU, in their order. */
export function breakDown(against: Against, by: Part): { value: string; overall: Overall }[] {
  const order: readonly string[] = { load: CONCURRENCY_BUCKETS, bucket: PROMPT_BUCKETS, gpu: [] }[by]
  const groups = groupBy(against.contrasts, ({ match }) => anyOf(match)[by] as string)
  return [...groups]
    .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b) || a.localeCompare(b))
    .map(([value, own]) => ({ value, overall: judgeOverall(own) }))
}

/** The stratum that a comparison is of: any of its cells, which differ in nothing but the subject. */
export const stratumOf: (match: Match) => Cell = anyOf
