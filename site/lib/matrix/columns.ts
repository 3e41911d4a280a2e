import { MEASUREMENT_TYPES } from '../labels.ts'
import type { Matrix } from './entries.ts'
import { figureOf, type Measure } from './measures.ts'

/** What filters read of every entry, in flat arrays: twenty thousand objects are too many to visit at each key press. */
export interface Columns {
  model: Uint16Array
  gpu: Uint16Array
  /** Position of the measurement type in MEASUREMENT_TYPES. */
  type: Uint8Array
  /** The median by a measure, by entry; NaN where there is none. Made when a measure is first asked for. */
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
