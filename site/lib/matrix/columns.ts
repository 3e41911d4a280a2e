import { MEASUREMENT_TYPES } from '../labels.ts'
import type { Matrix } from './entries.ts'
import { figureOf, MEASURE_INFO, type Measure } from './measures.ts'

/** The columns that filters read, as flat arrays: visiting twenty thousand objects at each key press is too slow. */
export interface Columns {
  model: Uint16Array
  gpu: Uint16Array
  /** Position of the measurement type in MEASUREMENT_TYPES. */
  type: Uint8Array
  /** The median of each entry by a measure, NaN if it has none. Computed on first use of the measure. */
  medians: (measure: Measure) => Float64Array
  /** Whether an entry has the fewest GPUs that its model was measured on by that measure and measurement type, on that GPU. */
  fewest: (measure: Measure) => Uint8Array
  /** Position of the best published entry of each model by a measure and the position of a measurement type; -1 where there is none. */
  best: (measure: Measure, type: number) => Int32Array
}

const known = new WeakMap<Matrix, Columns>()

/** The columns of a matrix; made once. */
export function columnsOf(matrix: Matrix): Columns {
  const columns = known.get(matrix) ?? makeColumns(matrix)
  known.set(matrix, columns)
  return columns
}

function makeColumns(matrix: Matrix): Columns {
  const { entries } = matrix
  const type = Uint8Array.from(entries, (entry) => MEASUREMENT_TYPES.indexOf(entry.type))
  const medians = once((measure: Measure) =>
    Float64Array.from(entries, (entry) => figureOf(matrix, entry, measure)?.p50 ?? Number.NaN),
  )
  const fewest = once((measure: Measure) => markFewest(matrix, type, medians(measure)))
  const bests = once((key: string) => {
    const [measure, wanted] = key.split(' ') as [Measure, string]
    return findBests(matrix, type, medians(measure), MEASURE_INFO[measure].higherIsBetter ? 1 : -1, Number(wanted))
  })
  return {
    model: Uint16Array.from(entries, (entry) => entry.model),
    gpu: Uint16Array.from(entries, (entry) => entry.gpu),
    type,
    medians,
    fewest,
    best: (measure, wanted) => bests(`${measure} ${wanted}`),
  }
}

/** The function, computing each of its values once. */
function once<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>()
  return (key) => {
    if (!made.has(key)) made.set(key, make(key))
    return made.get(key)!
  }
}

function markFewest({ entries, gpus, models }: Matrix, type: Uint8Array, medians: Float64Array): Uint8Array {
  const least = new Uint16Array(models.length * gpus.length * MEASUREMENT_TYPES.length)
  const place = (i: number) => (entries[i]!.model * gpus.length + entries[i]!.gpu) * MEASUREMENT_TYPES.length + type[i]!
  for (let i = 0; i < entries.length; i++) {
    if (Number.isNaN(medians[i]!)) continue
    const known = least[place(i)]!
    if (known === 0 || entries[i]!.gpuCount < known) least[place(i)] = entries[i]!.gpuCount
  }
  return Uint8Array.from(entries, ({ gpuCount }, i) => Number(least[place(i)] === gpuCount))
}

function findBests({ entries, models }: Matrix, type: Uint8Array, medians: Float64Array, sign: number, wanted: number) {
  const best = new Int32Array(models.length).fill(-1)
  for (let i = 0; i < entries.length; i++) {
    if (type[i] !== wanted || Number.isNaN(medians[i]!)) continue
    const { model } = entries[i]!
    if (best[model]! < 0 || sign * medians[i]! > sign * medians[best[model]!]!) best[model] = i
  }
  return best
}
