import type { BinRow, CellRow, MatrixRow, RegressionRow } from '../../contracts/index.ts'

/** What the published tables hold. */
export interface Aggregates {
  matrix: MatrixRow[]
  cells: CellRow[]
  /** Bins by model slug. */
  bins: Map<string, BinRow[]>
  regressions: RegressionRow[]
  collecting: { cells: number; samples: number }
}
