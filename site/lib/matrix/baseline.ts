import { MEASUREMENT_TYPES } from '../labels.ts'
import { columnsOf } from './columns.ts'
import type { Entry, Matrix } from './entries.ts'
import { figureOf, MEASURE_INFO } from './measures.ts'
import type { Grid } from './select.ts'
import type { MatrixState } from './state.ts'

/** A figure compared with the baseline of its model: same measure, same measurement type. */
export interface Relation {
  base: Entry
  isBase: boolean
  /** Figure ÷ baseline, as shown: 2 is twice the speed, or twice the latency. */
  factor: number
  /** The same ratio, above 1 if the figure is better, for any measure. */
  gain: number
  /** Whether precision, GPU count, load, backend, prompt sizes and source are equal. */
  alike: boolean
}

/**
 * Finds the baseline of each model: its figure on the pinned GPU, else the best of all its published figures of the measurement type,
 * whatever the other filters; undefined for a model without it.
 */
export function relateTo(matrix: Matrix, state: MatrixState, grid: Grid): (entry: Entry) => Relation | undefined {
  const baseOf = state.base === '' ? bestOf(matrix, state) : onPinned(matrix, state, grid)
  return (entry) => {
    const base = baseOf(entry.model)
    return base && relate(matrix, state, entry, base)
  }
}

function bestOf(matrix: Matrix, { metric, type }: MatrixState): (model: number) => Entry | undefined {
  const best = columnsOf(matrix).best(metric, MEASUREMENT_TYPES.indexOf(type))
  return (model) => matrix.entries[best[model]!]
}

function onPinned({ gpus }: Matrix, { base }: MatrixState, grid: Grid): (model: number) => Entry | undefined {
  const rowOf = new Map(grid.models.map((model, row) => [model, row]))
  const pinned = grid.gpus.findIndex((gpu) => gpus[gpu]!.id === base)
  return (model) => (pinned < 0 ? undefined : grid.cellAt(rowOf.get(model) ?? -1, pinned)?.best)
}

function relate(matrix: Matrix, { metric }: MatrixState, entry: Entry, base: Entry): Relation {
  const factor = figureOf(matrix, entry, metric)!.p50 / figureOf(matrix, base, metric)!.p50
  const alike =
    entry.quantization === base.quantization &&
    entry.gpuCount === base.gpuCount &&
    entry.load === base.load &&
    entry.backend === base.backend &&
    entry.source === base.source &&
    entry.buckets.join() === base.buckets.join()
  const gain = MEASURE_INFO[metric].higherIsBetter ? factor : 1 / factor
  return { base, isBase: entry === base, factor, gain, alike }
}

/** The colour of a figure: `s1`…`s5` by its share of the best one; beside a pinned baseline also `w1` and `w2` for worse. */
export function toneOf(relation: Relation | undefined, pinned: boolean): string {
  if (!relation) return 's0'
  const { gain } = relation
  const steps = pinned ? PINNED : SHARES
  return steps.find(([least]) => gain >= least)![1]
}
const SHARES: [least: number, tone: string][] = [
  [0.9, 's5'],
  [0.6, 's4'],
  [0.35, 's3'],
  [0.15, 's2'],
  [0, 's1'],
]
const PINNED: [least: number, tone: string][] = [
  [2, 's5'],
  [1.1, 's3'],
  [1 / 1.1, 's0'],
  [0.5, 'w1'],
  [0, 'w2'],
]

/** `best`, `baseline` or `0.42×`; with `~` if the configurations differ, and beside a pinned baseline with ▲ for better or ▼ for worse. */
export function factorText(relation: Relation, pinned: boolean): string {
  if (relation.isBase) return pinned ? 'baseline' : 'best'
  const digits = relation.factor >= 9.95 ? 0 : relation.factor >= 0.0995 ? 2 : 3
  const arrow = relation.gain > 1.1 ? '▲ ' : relation.gain < 1 / 1.1 ? '▼ ' : ''
  return `${pinned ? arrow : ''}${relation.alike ? '' : '~'}${relation.factor.toFixed(digits)}×`
}
