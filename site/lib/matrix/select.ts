import { columnsOf } from './columns.ts'
import type { Entry, Figure, Matrix } from './entries.ts'
import { filterPositions } from './filters.ts'
import { groupPlace } from './groups.ts'
import { figureOf, MEASURE_INFO, type Measure } from './measures.ts'
import type { MatrixState, SortKey } from './state.ts'

/** A matrix cell: the best entry by the measure, and the number of others. Never averaged. */
export interface GridCell {
  best: Entry
  figure: Figure
  others: number
}

/** Models × GPUs of the entries that pass the filters; rows and columns without a figure are hidden. */
export interface Grid {
  /** Positions in matrix.models and matrix.gpus, in the order shown. */
  models: number[]
  gpus: number[]
  /** The number of entries that pass the filters, and the entries, which are gathered on first use. */
  size: number
  readonly entries: Entry[]
  /** Cells with a figure. */
  filled: number
  /** Models and GPUs with a figure that are left out because few people look for them. */
  hidden: { models: number; gpus: number }
  cellAt: (row: number, column: number) => GridCell | undefined
}

/** The best entry of each model and GPU, as flat arrays: grouping twenty thousand entries into objects at each key press is too slow. */
interface Best {
  /** Position of the entry by model and GPU. */
  entry: Uint32Array
  value: Float64Array
  count: Uint32Array
  /** Models and GPUs of the cells that have a figure, in turn. */
  pairs: Uint16Array
}

export function buildGrid(matrix: Matrix, state: MatrixState): Grid {
  const found = filterPositions(matrix, state)
  const best = findBest(matrix, found, state.metric)
  const width = matrix.gpus.length
  const allModels = orderModels(matrix, best, state.order)
  const allGpus = pinFirst(orderGpus(matrix, best, allModels, state.order), matrix, state.base)
  const isOpen = state.scope === 'all' || state.search.trim() !== '' || state.gpu.length > 0 || state.memory !== ''
  const { models, gpus } = isOpen
    ? { models: allModels, gpus: allGpus }
    : narrow(matrix, best, allModels, allGpus, state.base)
  const cellAt = (row: number, column: number): GridCell | undefined => {
    if (models[row] === undefined) return undefined
    const place = models[row]! * width + gpus[column]!
    if (best.count[place] === 0) return undefined
    const entry = matrix.entries[best.entry[place]!]!
    return { best: entry, figure: figureOf(matrix, entry, state.metric)!, others: best.count[place]! - 1 }
  }
  let entries: Entry[] | undefined
  return {
    models,
    gpus,
    size: found.length,
    filled: best.pairs.length / 2,
    hidden: { models: allModels.length - models.length, gpus: allGpus.length - gpus.length },
    cellAt,
    get entries() {
      entries ??= found.map((i) => matrix.entries[i]!)
      return entries
    },
  }
}

/** Models and GPUs that people look for, and the pinned GPU, as far as they share a figure; all where nothing is looked for. */
function narrow(matrix: Matrix, { count }: Best, models: number[], gpus: number[], pinned: string) {
  const featuredModels = models.filter((model) => matrix.models[model]!.featured !== null)
  const featuredGpus = gpus.filter((gpu) => matrix.gpus[gpu]!.featured !== null || matrix.gpus[gpu]!.id === pinned)
  const isFilled = (model: number, gpu: number) => count[model * matrix.gpus.length + gpu]! > 0
  const rows = featuredModels.filter((model) => featuredGpus.some((gpu) => isFilled(model, gpu)))
  const columns = featuredGpus.filter((gpu) => rows.some((model) => isFilled(model, gpu)))
  return rows.length === 0 ? { models, gpus } : { models: rows, gpus: columns }
}

function findBest(matrix: Matrix, found: number[], measure: Measure): Best {
  const { model, gpu, medians } = columnsOf(matrix)
  const values = medians(measure)
  const size = matrix.models.length * matrix.gpus.length
  const best: Best = {
    entry: new Uint32Array(size),
    value: new Float64Array(size),
    count: new Uint32Array(size),
    pairs: new Uint16Array(2 * Math.min(size, found.length)),
  }
  const sign = MEASURE_INFO[measure].higherIsBetter ? 1 : -1
  let pairs = 0
  for (const i of found) {
    const place = model[i]! * matrix.gpus.length + gpu[i]!
    const value = sign * values[i]!
    if (best.count[place] === 0) {
      best.pairs[pairs++] = model[i]!
      best.pairs[pairs++] = gpu[i]!
    }
    if (best.count[place] === 0 || value > best.value[place]!) {
      best.entry[place] = i
      best.value[place] = value
    }
    best.count[place]!++
  }
  return { ...best, pairs: best.pairs.subarray(0, pairs) }
}

/** Best median of the chosen measure first. */
export function bestFirst(matrix: Matrix, entries: Entry[], { metric }: Pick<MatrixState, 'metric'>): Entry[] {
  const sign = MEASURE_INFO[metric].higherIsBetter ? -1 : 1
  const value = (entry: Entry) => sign * figureOf(matrix, entry, metric)!.p50
  return entries.toSorted((a, b) => value(a) - value(b) || compare(a.id, b.id))
}

/** Models that have a figure: by what people look for, by name, by size, or with the best measured first. */
function orderModels(matrix: Matrix, best: Best, order: MatrixState['order']): number[] {
  const { models } = matrix
  const weight = weighModels(matrix, best)
  const shown = [...models.keys()].filter((model) => weight[model]! > 0)
  const measured = (a: number, b: number) => weight[b]! - weight[a]! || a - b
  const byName = (a: number, b: number) => compare(models[a]!.name.toLowerCase(), models[b]!.name.toLowerCase())
  const size = (model: number) => models[model]!.paramsB ?? Number.MAX_VALUE
  if (order === 'name') return shown.sort((a, b) => byName(a, b) || a - b)
  if (order === 'size') return shown.sort((a, b) => size(a) - size(b) || byName(a, b))
  if (order === 'measured') return shown.sort(measured)
  return shown.sort((a, b) => placeOf(models[a]!) - placeOf(models[b]!) || measured(a, b))
}

const placeOf = ({ featured }: { featured: number | null }) => featured ?? Number.MAX_SAFE_INTEGER

/** Rounds of the iteration: enough to find GPUs that many models share, too few to converge on the largest cluster alone. */
const ROUNDS = 3

/**
 * How well measured each model is, by power iteration on the model × GPU incidence matrix (as in HITS): a GPU weighs as much as the models
 * measured on it. Models and GPUs that share many figures come first together, where a plain count would mix unrelated ones.
 */
function weighModels({ models, gpus }: Matrix, { pairs }: Best): Float64Array {
  let byGpu = new Float64Array(gpus.length).fill(1)
  let byModel = new Float64Array(models.length)
  for (let round = 0; round < ROUNDS; round++) {
    byModel = new Float64Array(models.length)
    for (let i = 0; i < pairs.length; i += 2) byModel[pairs[i]!]! += byGpu[pairs[i + 1]!]!
    const most = byModel.reduce((a, b) => Math.max(a, b), 1e-300)
    const next = new Float64Array(gpus.length)
    for (let i = 0; i < pairs.length; i += 2) next[pairs[i + 1]!]! += byModel[pairs[i]!]! / most
    byGpu = next
  }
  return byModel
}

/** How much less a model counts for the order of the GPUs than the model above it. */
const DECAY = 0.85

/**
 * By what people look for, group after group; else GPUs with figures of the models at the top come first, so that a sparse matrix does not
 * begin with empty columns.
 */
function orderGpus({ models, gpus }: Matrix, { pairs }: Best, order: number[], by: MatrixState['order']): number[] {
  // The small constant keeps columns of models far down apart from empty columns.
  const weight = new Float64Array(models.length)
  order.forEach((model, rank) => {
    weight[model] = DECAY ** rank + 1e-9
  })
  const score = new Float64Array(gpus.length)
  for (let i = 0; i < pairs.length; i += 2) score[pairs[i + 1]!]! += weight[pairs[i]!]!
  const measured = (a: number, b: number) => score[b]! - score[a]! || a - b
  const shown = [...gpus.keys()].filter((gpu) => score[gpu]! > 0)
  if (by !== 'featured') return shown.sort(measured)
  const group = (gpu: number) => groupPlace(gpus[gpu]!.group)
  return shown.sort((a, b) => group(a) - group(b) || placeOf(gpus[a]!) - placeOf(gpus[b]!) || measured(a, b))
}

function pinFirst(order: number[], { gpus }: Matrix, base: string): number[] {
  const pinned = order.find((gpu) => gpus[gpu]!.id === base)
  return pinned === undefined ? order : [pinned, ...order.filter((gpu) => gpu !== pinned)]
}

/** Entries in the order of the list view. */
export function sortList(matrix: Matrix, state: MatrixState, entries: Entry[]): Entry[] {
  if (state.sort === 'median') {
    const sorted = bestFirst(matrix, entries, state)
    return state.descending ? sorted.reverse() : sorted
  }
  const key = sortValue(matrix, state, state.sort)
  const sign = state.descending ? -1 : 1
  return entries.toSorted((a, b) => sign * compare(key(a), key(b)) || compare(a.id, b.id))
}

function sortValue(matrix: Matrix, { metric }: MatrixState, key: SortKey): (entry: Entry) => string | number {
  const values: Record<Exclude<SortKey, 'median'>, (entry: Entry) => string | number> = {
    model: (e) => matrix.models[e.model]!.name.toLowerCase(),
    gpu: (e) => `${matrix.gpus[e.gpu]!.name.toLowerCase()} ${e.gpuCount}`,
    engine: (e) => matrix.engines[e.engine]!.name.toLowerCase(),
    quantization: (e) => e.quantization.toLowerCase(),
    n: (e) => figureOf(matrix, e, metric)!.n,
    source: (e) => e.source,
    month: (e) => e.lastMonth,
  }
  return values[key as Exclude<SortKey, 'median'>]
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Whether the state shows the list: on request, or because only one model or one GPU is left. */
export function showsList(state: MatrixState, grid: Grid): boolean {
  if (state.view !== 'auto') return state.view === 'list'
  return grid.models.length + grid.hidden.models === 1 || grid.gpus.length + grid.hidden.gpus === 1
}
