import type {
  BinRow,
  CellRow,
  FrozenCell,
  Manifest,
  MatrixRow,
  RegressionRow,
  ServingRow,
  Thresholds,
  WithdrawnCell,
} from '../../contracts/index.ts'
import type { NamedTable } from '../lib/named_table.ts'

/** What the published tables follow from, beside the strata. */
export interface AggregateOptions {
  policy: Thresholds
  /** Community cells that are not published again. */
  withdrawn: readonly WithdrawnCell[]
  /** Community cells that are published as they were released. */
  frozen?: readonly FrozenCell[]
  /** Results of a former build, by key of the partitions that are as they were. */
  former?: ReadonlyMap<string, KeptResult>
}

/** A test of one release of an engine against the next, before it is judged with the others: see regression_tests.sql. */
export type RegressionTest = Omit<RegressionRow, 'metric' | 'verdict'> & {
  /** Of the pairs, those that got faster. */
  rises: number
}

/** What a partition holds that is not published yet. */
export interface Pending {
  cells: number
  lines: number
  contributors: string[]
}

/** A cell with its number, which stands for its id while it is computed. */
export type NumberedCell = CellRow & { cell_no: number }
/** A bin with the number of its cell: to read a text for each would take longer than all else. */
export type NumberedBin = Omit<BinRow, 'cell_id'> & { cell_no: number }

/** What becomes of a partition. It follows from its strata, its withdrawn cells and the policy alone. */
export interface PartitionResult {
  matrix: MatrixRow[]
  cells: CellRow[]
  serving: ServingRow[]
  tests: RegressionTest[]
  pending: Pending
  /** As published: they are many. */
  bins: NamedTable
}

/** What a build made of a partition, and the rest that it follows from. */
export interface KeptResult {
  inputs: string
  result: PartitionResult
}

/** What the published tables hold of samples. */
export interface Aggregates extends Pick<PartitionResult, 'matrix' | 'cells' | 'serving'> {
  regressions: RegressionRow[]
  collecting: Manifest['collecting']
  bins: NamedTable[]
  results: ReadonlyMap<string, KeptResult>
}
