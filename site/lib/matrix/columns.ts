import { MEASUREMENT_TYPES } from '../labels.ts'
import type { Matrix } from './entries.ts'
import { figureOf, type Measure } from './measures.ts'

/** The columns that filters read, as flat arrays: visiting twenty thousand objects at each key press is too slow. */
export interface Columns {
  model: Uint16Array
  gpu: Uint16Array
  /** Position of the measurement type in MEASUREMENT_TYPES. */
  type: Uint8Array
  /** The median of each entry by a measure, NaN if it has none. Computed on first use of the measure. */
  medians: (measure: Measure) => Float64Array
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
  const medians = new Map<Measure, Float64Array>()
  const make = (measure: Measure) =>
    Float64Array.from(entries, (entry) => figureOf(matrix, entry, measure)?.p50 ?? Number.NaN)
  return {
    model: Uint16Array.from(entries, (entry) => entry.model),
    gpu: Uint16Array.from(entries, (entry) => entry.gpu),
    type: Uint8Array.from(entries, (entry) => MEASUREMENT_TYPES.indexOf(entry.type)),
    medians: (measure) => {
      if (!medians.has(measure)) medians.set(measure, make(measure))
      return medians.get(measure)!
    },
  }
}
