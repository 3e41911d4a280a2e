import { CONCURRENCY_BUCKETS, type ConcurrencyBucket } from '../../../contracts/load.ts'
import { METRIC_INFO, PROMPT_BUCKETS, type PromptBucket } from '../../../contracts/metrics.ts'
import { groupBy } from '../group_by.ts'
import { KINDS, type Kind, MEASUREMENT_TYPES, type MeasurementType } from '../labels.ts'
import { judgeStratum, type Outcome } from './figures.ts'
import type { AnswerMetric, Figure } from './types.ts'

/** The part of a published cell that comparisons use. */
export interface Cell {
  /** The matrix row: its page is `cells/<id>/`. */
  id: string
  kind: Kind
  source: string
  model: string
  quantization: string
  gpu: string
  gpuCount: number
  engine: string
  backend: string
  version: string
  type: MeasurementType
  load: ConcurrencyBucket
  bucket: PromptBucket
  month: string
  figures: Partial<Record<AnswerMetric, Figure>>
}

/** What is compared: two GPUs on the same engine and version, or two engines on the same GPU. */
export type Side = 'gpu' | 'engine'

/** A stratum that both sides were measured on: everything but the side itself is equal. */
export interface Stratum {
  a: Cell
  b: Cell
}

/** The comparison of a with b in one stratum, by one metric. */
export interface Contrast extends Stratum {
  outcome: Outcome
  /** Ratio of the medians, above 1 if a is better: speed a/b, latency b/a. */
  ratio: number
}

/** The contrasts of one kind, measurement type and metric: never mixed with others. */
export interface ContrastGroup {
  kind: Kind
  type: MeasurementType
  metric: AnswerMetric
  contrasts: Contrast[]
}

/** The shared strata of every pair, by its sorted ids (`a b`). */
export function findShared(cells: Cell[], side: Side): Map<string, Stratum[]> {
  const shared = new Map<string, Stratum[]>()
  for (const stratum of groupBy(cells, (cell) => stratumKey(cell, side)).values()) {
    const newest = [...groupBy(stratum, (cell) => cell[side]).values()].map(newestOf)
    const sorted = newest.sort((a, b) => (a[side] < b[side] ? -1 : 1))
    sorted.forEach((a, i) => {
      for (const b of sorted.slice(i + 1)) append(shared, `${a[side]} ${b[side]}`, { a, b })
    })
  }
  return shared
}

/** Everything that has to be equal. Months may differ, and engine versions if engines are compared. */
function stratumKey(cell: Cell, side: Side): string {
  const { kind, source, model, quantization, gpuCount, type, load, backend, bucket } = cell
  const fixed = side === 'gpu' ? [cell.engine, cell.version] : [cell.gpu]
  return [kind, source, model, quantization, gpuCount, type, load, backend, bucket, ...fixed].join('|')
}

function newestOf(cells: Cell[]): Cell {
  return cells.reduce((newest, cell) => (cell.month > newest.month ? cell : newest))
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}

/** The contrasts of a pair by kind, type and metric: the speed metric that most strata have, then first token if measured. */
export function contrastGroups(strata: Stratum[]): ContrastGroup[] {
  return MEASUREMENT_TYPES.flatMap((type) =>
    KINDS.flatMap((kind) => {
      const own = strata.filter(({ a }) => a.type === type && a.kind === kind)
      const groups = (['decode_tps', 'e2e_tps', 'ttft_ms'] as const).map((metric) => contrast(own, kind, type, metric))
      const [decode, whole, first] = groups as [ContrastGroup, ContrastGroup, ContrastGroup]
      const speed = decode.contrasts.length * 2 >= whole.contrasts.length ? decode : whole
      return [speed, first].filter((group) => group.contrasts.length > 0)
    }),
  )
}

function contrast(strata: Stratum[], kind: Kind, type: MeasurementType, metric: AnswerMetric): ContrastGroup {
  const higherIsBetter = METRIC_INFO[metric].higher_is_better
  const contrasts = strata.flatMap(({ a, b }) => {
    const [own, other] = [a.figures[metric], b.figures[metric]]
    if (!own || !other) return []
    const ratio = higherIsBetter ? own.p50 / other.p50 : other.p50 / own.p50
    return [{ a, b, ratio, outcome: judgeStratum(own, other, { kind, higherIsBetter }) }]
  })
  return { kind, type, metric, contrasts: contrasts.sort(byStratum) }
}

function byStratum(x: Contrast, y: Contrast): number {
  const load = (contrast: Contrast) => CONCURRENCY_BUCKETS.indexOf(contrast.a.load)
  const size = (contrast: Contrast) => PROMPT_BUCKETS.indexOf(contrast.a.bucket)
  return (
    x.a.model.localeCompare(y.a.model) ||
    x.a.quantization.localeCompare(y.a.quantization) ||
    x.a.gpuCount - y.a.gpuCount ||
    x.a.engine.localeCompare(y.a.engine) ||
    x.a.gpu.localeCompare(y.a.gpu) ||
    load(x) - load(y) ||
    size(x) - size(y)
  )
}
