import type { BenchmarkRun, FeaturedCatalog } from '../../contracts/index.ts'
import type { NameIndex, Resolved } from '../../contracts/name_index.ts'

/** What the rows of one GPU and model give. */
export interface Pair {
  gpu: string
  model: string
  /** Weight format × number of GPUs × engine × load. */
  figures: ReadonlySet<string>
  loads: ReadonlySet<string>
  /** The engines at each number of GPUs, weight format and load. */
  engines: ReadonlyMap<string, ReadonlySet<string>>
}

/** The pairs of featured GPUs and models, and the names in their order. */
export interface Coverage {
  gpus: string[]
  models: string[]
  pairs: Pair[]
}

/** Bounds of the classes of load: a row counts in the first class that holds its concurrency. */
const LOADS = [1, 4, 8, 16, 32, 64, 128, 256]

/** Sorts rows that ended well and whose names are understood by featured GPU and model. */
export function measureCoverage(
  rows: Iterable<BenchmarkRun>,
  names: Pick<NameIndex, 'resolve'>,
  { gpus, models }: FeaturedCatalog,
): Coverage {
  const gpuOf = new Map(gpus.flatMap(({ name, ids }) => ids.map((id) => [id, name] as const)))
  const modelOf = new Map(models.flatMap(({ name, ids }) => ids.map((id) => [id, name] as const)))
  const pairs = new Map<string, MutablePair>()
  for (const row of rows) {
    const found = row.exit === 'ok' ? names.resolve(row) : { unknown: [] }
    if ('unknown' in found) continue
    const gpu = gpuOf.get(found.known.gpu.id)
    const model = modelOf.get(found.known.model.id)
    if (gpu !== undefined && model !== undefined) addFigure(pairs, gpu, model, found.known, row)
  }
  return { gpus: gpus.map(({ name }) => name), models: models.map(({ name }) => name), pairs: [...pairs.values()] }
}

interface MutablePair extends Pair {
  figures: Set<string>
  loads: Set<string>
  engines: Map<string, Set<string>>
}

function addFigure(
  pairs: Map<string, MutablePair>,
  gpu: string,
  model: string,
  known: Resolved,
  row: BenchmarkRun,
): void {
  const key = `${gpu}\n${model}`
  const pair = pairs.get(key) ?? { gpu, model, figures: new Set(), loads: new Set(), engines: new Map() }
  const load = loadOf(row.concurrency)
  const place = `${known.quantization} × ${row.gpu_count} at ${load}`
  pair.figures.add(`${place} ${known.engine}`)
  if (row.concurrency !== null) pair.loads.add(load)
  pair.engines.set(place, (pair.engines.get(place) ?? new Set()).add(known.engine))
  pairs.set(key, pair)
}

function loadOf(concurrency: number | null): string {
  if (concurrency === null) return 'unknown'
  const bound = LOADS.find((least) => concurrency <= least)
  return bound === undefined ? `>${LOADS.at(-1)}` : `≤${bound}`
}

/** A table of figures, GPUs down and models across, and what it sums up to. */
export function formatCoverage({ gpus, models, pairs }: Coverage): string {
  const width = Math.max(...gpus.map((name) => name.length))
  const cells = gpus.map((gpu) => models.map((model) => cellOf(pairs, gpu, model)))
  const legend = models.map((name, index) => `${String(index + 1).padStart(3)} ${name}`)
  const head = ['', ...models.map((_, index) => String(index + 1).padStart(4))]
  const lines = gpus.map((name, row) => [name.padEnd(width), ...cells[row]!.map((cell) => cell.padStart(4))].join(''))
  return [
    ...legend,
    '',
    head.join('').padStart(width + head.length * 4 - 4),
    ...lines,
    '',
    ...summary(gpus, models, pairs),
    '',
  ].join('\n')
}

function cellOf(pairs: readonly Pair[], gpu: string, model: string): string {
  const pair = pairs.find((candidate) => candidate.gpu === gpu && candidate.model === model)
  return pair === undefined ? '·' : String(pair.figures.size)
}

function summary(gpus: readonly string[], models: readonly string[], pairs: readonly Pair[]): string[] {
  const covered = (all: readonly string[], key: 'gpu' | 'model') =>
    all.filter((name) => pairs.some((pair) => pair[key] === name)).length
  const compared = new Set(
    pairs.filter(({ engines }) => [...engines.values()].some((set) => set.size > 1)).map(({ model }) => model),
  )
  return [
    `${covered(gpus, 'gpu')} of ${gpus.length} GPUs and ${covered(models, 'model')} of ${models.length} models have figures`,
    `${pairs.length} of ${gpus.length * models.length} pairs have figures, ${pairs.filter(({ loads }) => loads.size >= 4).length} of them at 4 loads or more`,
    `${compared.size} models have figures of 2 engines or more on one GPU at one load`,
  ]
}
