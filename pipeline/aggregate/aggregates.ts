import type { CellRow, MatrixRow, RegressionRow, Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'

/** What the published tables follow from, beside the strata. */
export interface AggregateOptions {
  policy: Thresholds
  /** Community cells that are not published again. */
  withdrawn: readonly WithdrawnCell[]
  /** Where former results are. */
  cache?: CacheFolder | undefined
}

/** What the published tables hold. */
export interface Aggregates {
  matrix: MatrixRow[]
  cells: CellRow[]
  regressions: RegressionRow[]
  collecting: { cells: number; samples: number }
}
