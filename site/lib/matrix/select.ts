import { METRIC_INFO, METRICS, type Metric } from '../../../contracts/metrics.ts'
import { groupBy } from '../group_by.ts'
import type { Entry, Figure, Gpu, Matrix, Model } from './entries.ts'
import type { MatrixState, SortKey } from './state.ts'

/** One matrix cell: the best entry by the metric, and the others that it hides. */
export interface GridCell {
  best: Entry
  figure: Figure
  /** Entries of the same model and GPU, best first, `best` included. Never averaged. */
  entries: Entry[]
  /** 1 (slowest fifth of the figures shown) to 5 (fastest fifth). */
  fifth: number
}
export interface GridRow {
  model: Model
  /** Parallel to `gpus`; undefined where nothing is published. */
  cells: (GridCell | undefined)[]
}
export interface Grid {
  gpus: Gpu[]
  rows: GridRow[]
  /** Entries that pass the filters. */
  entries: number
  /** Cells with a figure. */
  filled: number
}

/** Entries that pass the filters and have a figure of the chosen metric. */
export function filterEntries(matrix: Matrix, state: MatrixState): Entry[] {
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean)
  return matrix.entries.filter(
    (entry) =>
      entry.type === state.type &&
      entry.figures[state.metric] !== undefined &&
      (state.kind === '' || entry.kind === state.kind) &&
      (state.engine === '' || matrix.engines[entry.engine]!.id === state.engine) &&
      (state.quantization === '' || entry.quantization === state.quantization) &&
      (state.gpus === '' || String(entry.gpuCount) === state.gpus) &&
      (state.source === '' || entry.source === state.source) &&
      matchesModel(matrix.models[entry.model]!, words),
  )
}

function matchesModel(model: Model, words: string[]): boolean {
  const text = `${model.name} ${model.slug}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

/** Models × GPUs of the entries that pass the filters; rows and columns without a figure are left out. */
export function buildGrid(matrix: Matrix, state: MatrixState): Grid {
  const entries = filterEntries(matrix, state)
  const byModel = groupBy(entries, (entry) => entry.model)
  const modelOrder = orderModels(matrix, entries, state.order)
  const gpuOrder = orderGpus(entries, modelOrder)
  const rows = modelOrder.map((model) => {
    const byGpu = groupBy(byModel.get(model)!, (entry) => entry.gpu)
    return { model: matrix.models[model]!, cells: gpuOrder.map((gpu) => toCell(byGpu.get(gpu), state)) }
  })
  const cells = rows.flatMap((row) => row.cells.filter((cell) => cell !== undefined))
  assignFifths(cells, state)
  return { gpus: gpuOrder.map((gpu) => matrix.gpus[gpu]!), rows, entries: entries.length, filled: cells.length }
}

function toCell(entries: Entry[] | undefined, state: MatrixState): GridCell | undefined {
  if (!entries) return undefined
  const sorted = bestFirst(entries, state)
  const best = sorted[0]!
  return { best, figure: best.figures[state.metric]!, entries: sorted, fifth: 1 }
}

/** Best median of the chosen metric first. */
export function bestFirst(entries: Entry[], { metric }: Pick<MatrixState, 'metric'>): Entry[] {
  const sign = METRIC_INFO[metric].higher_is_better ? -1 : 1
  return entries.toSorted((a, b) => sign * (a.figures[metric]!.p50 - b.figures[metric]!.p50))
}

/** Keys by how many different partners they have, most first; ties by how many entries, then by key. */
function byCoverage(entries: Entry[], key: (e: Entry) => number, partner: (e: Entry) => number): number[] {
  const groups = [...groupBy(entries, key)].map(([id, group]) => ({
    id,
    partners: new Set(group.map(partner)).size,
    size: group.length,
  }))
  return groups.sort((a, b) => b.partners - a.partners || b.size - a.size || a.id - b.id).map(({ id }) => id)
}

function orderModels(matrix: Matrix, entries: Entry[], order: MatrixState['order']): number[] {
  const measured = byCoverage(
    entries,
    (entry) => entry.model,
    (entry) => entry.gpu,
  )
  const name = (i: number) => matrix.models[i]!.name
  const size = (i: number) => matrix.models[i]!.paramsB ?? Number.POSITIVE_INFINITY
  if (order === 'name') return measured.sort((a, b) => name(a).localeCompare(name(b)))
  if (order === 'size') return measured.sort((a, b) => size(a) - size(b) || name(a).localeCompare(name(b)))
  return measured
}

/** How much less a model counts for the order of the GPUs than the model above it. */
const DECAY = 0.85

/** GPUs with figures of the models at the top come first, so that a sparse matrix does not begin with empty columns. */
function orderGpus(entries: Entry[], modelOrder: number[]): number[] {
  const rank = new Map(modelOrder.map((model, i) => [model, i]))
  const groups = [...groupBy(entries, (entry) => entry.gpu)].map(([gpu, group]) => {
    const models = [...new Set(group.map((entry) => entry.model))]
    return { gpu, score: models.reduce((sum, model) => sum + DECAY ** rank.get(model)!, 0), models: models.length }
  })
  return groups.sort((a, b) => b.score - a.score || b.models - a.models || a.gpu - b.gpu).map(({ gpu }) => gpu)
}

/** Ranks the shown medians in fifths: 5 is the best one. */
function assignFifths(cells: GridCell[], { metric }: MatrixState): void {
  const values = cells.map((cell) => cell.figure.p50).sort((a, b) => a - b)
  const bounds = [0.2, 0.4, 0.6, 0.8].map((q) => values[Math.floor(q * values.length)]!)
  for (const cell of cells) {
    const rising = 1 + bounds.filter((bound) => cell.figure.p50 >= bound).length
    cell.fifth = METRIC_INFO[metric].higher_is_better ? rising : 6 - rising
  }
}

/** The metric that has the most figures under the same filters, where it has at least half as many again as the one shown. */
export function widerMetric(matrix: Matrix, state: MatrixState): { metric: Metric; figures: number } | null {
  const count = (metric: Metric) => filterEntries(matrix, { ...state, metric }).length
  const counts = METRICS.map((metric) => ({ metric, figures: count(metric) })).sort((a, b) => b.figures - a.figures)
  const widest = counts[0]!
  return widest.figures >= 1.5 * count(state.metric) && widest.metric !== state.metric ? widest : null
}

/** Entries that pass the filters in the order of the list view. */
export function buildList(matrix: Matrix, state: MatrixState): Entry[] {
  const key = sortValue(matrix, state, state.sort)
  const sign = state.descending ? -1 : 1
  return filterEntries(matrix, state).sort((a, b) => sign * compare(key(a), key(b)) || compare(a.id, b.id))
}

function sortValue(matrix: Matrix, { metric }: MatrixState, key: SortKey): (entry: Entry) => string | number {
  const values: Record<SortKey, (entry: Entry) => string | number> = {
    model: (e) => matrix.models[e.model]!.name.toLowerCase(),
    gpu: (e) => matrix.gpus[e.gpu]!.name.toLowerCase(),
    gpus: (e) => e.gpuCount,
    engine: (e) => matrix.engines[e.engine]!.name.toLowerCase(),
    quantization: (e) => e.quantization.toLowerCase(),
    median: (e) => e.figures[metric]!.p50,
    n: (e) => e.figures[metric]!.n,
    source: (e) => e.source,
    month: (e) => e.lastMonth,
  }
  return values[key]
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
