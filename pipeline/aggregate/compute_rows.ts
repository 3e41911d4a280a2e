import { availableParallelism } from 'node:os'
import { type DuckDBConnection, listValue } from '@duckdb/node-api'
import type { BinRow, CellRow, MatrixRow, Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import { settleAll } from '../lib/settle_all.ts'
import type { PackedStratum } from '../strata/partition.ts'
import { loadBins, loadStrataAlone, loadWithdrawn } from './load_strata.ts'
import { clearTables } from './prepare_tables.ts'
import type { RegressionTest, RowResult } from './row_results.ts'
import { readRows, runSql } from './run_sql.ts'

/** A contributor with fewer samples of a cell has no median to speak of; a private build takes what there is. */
const CONTRIBUTOR_SAMPLES = 5

/** Numbers of so few bins are aggregated faster by one thread: several would wait for each other. */
const WORTH_A_THREAD = 200_000

/** Where a stratum was placed: see partition.sql. */
export interface Placement {
  stratum_id: number
  matrix_id: string
  cell_id: string
  /** Numbers of cells are in the order of their ids. */
  cell_no: number
  fits: boolean
  gone: boolean
}

/** Places strata in cells; the table `placed` holds them from then on. */
export async function placeStrata(
  connection: DuckDBConnection,
  strata: readonly PackedStratum[],
  policy: Thresholds,
  withdrawn: readonly WithdrawnCell[],
): Promise<Placement[]> {
  await clearTables(connection)
  await loadWithdrawn(connection, withdrawn)
  await loadStrataAlone(connection, strata)
  await runSql(connection, 'partition', { ...policy })
  const reader = await connection.runAndReadAll(
    'SELECT stratum_id, matrix_id, cell_id, cell_no, fits, gone FROM placed',
  )
  return reader.getRowObjectsJS() as unknown as Placement[]
}

/**
 * Computes what is published of some matrix rows of the strata that were placed.
 *
 * @param strata by stratum_id
 * @param fingerprints of the matrix rows to compute, by their ids
 * @param beside a second connection to the same database
 */
export async function computeRows(
  connection: DuckDBConnection,
  strata: readonly PackedStratum[],
  placements: readonly Placement[],
  fingerprints: ReadonlyMap<string, string>,
  policy: Thresholds,
  beside: DuckDBConnection | undefined,
): Promise<RowResult[]> {
  if (fingerprints.size === 0) return []
  const needed = placements.filter(({ fits, matrix_id }) => fits && fingerprints.has(matrix_id))
  const isSmall = await loadNeeded(connection, strata, needed, [...fingerprints.keys()])
  const values = { ...policy, contributor_samples: Math.min(CONTRIBUTOR_SAMPLES, policy.min_samples) }
  await runSql(connection, 'weights', values)
  const [{ matrix, cells }, { bins, tests }] =
    isSmall && beside
      ? await settleAll([readFigures(connection, values), readDistributions(beside, values)])
      : [await readFigures(connection, values), await readDistributions(connection, values)]
  const slugs = new Map(needed.map(({ stratum_id, matrix_id }) => [matrix_id, strata[stratum_id]!.model_slug]))
  return splitByRow(matrix, cells, nameCells(bins, needed), tests).map(({ bins: own, ...result }) => ({
    ...result,
    bins: () => own,
    fingerprint: fingerprints.get(result.matrix.matrix_id)!,
    model_slug: slugs.get(result.matrix.matrix_id)!,
  }))
}

/** Leaves in `placed` what is needed of some matrix rows, and adds its bins. Whether those are so few that one thread is enough. */
async function loadNeeded(
  connection: DuckDBConnection,
  strata: readonly PackedStratum[],
  needed: readonly Placement[],
  matrixIds: readonly string[],
): Promise<boolean> {
  await connection.run('DELETE FROM placed WHERE NOT fits OR NOT list_contains($1, matrix_id)', [listValue(matrixIds)])
  const ids = needed.map(({ stratum_id }) => stratum_id).sort((a, b) => a - b)
  await loadBins(
    connection,
    ids.map((id) => [id, strata[id]!.pairs]),
  )
  const isSmall = ids.reduce((sum, id) => sum + strata[id]!.pairs.length, 0) < WORTH_A_THREAD
  if (!isSmall) await connection.run(`SET threads = ${availableParallelism()}`)
  return isSmall
}

async function readFigures(connection: DuckDBConnection, values: Record<string, number>) {
  for (const name of ['estimates', 'figures']) await runSql(connection, name, values)
  const matrix = await readRows<MatrixRow>(connection, 'matrix', values)
  return { matrix, cells: await readRows<CellRow>(connection, 'cells', values) }
}

/** A bin with the number of its cell: a text for each would take longer to read than all else. */
type NumberedBin = Omit<BinRow, 'cell_id'> & { cell_no: number }

async function readDistributions(connection: DuckDBConnection, values: Record<string, number>) {
  const bins = await readRows<NumberedBin>(connection, 'bins', values)
  return { bins, tests: await readRows<RegressionTest>(connection, 'regression_tests', values) }
}

function nameCells(bins: readonly NumberedBin[], needed: readonly Placement[]): BinRow[] {
  const ids = new Map(needed.map(({ cell_no, cell_id }) => [cell_no, cell_id]))
  return bins.map(({ cell_no, ...bin }) => ({ cell_id: ids.get(cell_no)!, ...bin }))
}

type SplitRow = Omit<RowResult, 'fingerprint' | 'model_slug' | 'bins'> & { bins: BinRow[] }

function splitByRow(
  matrix: readonly MatrixRow[],
  cells: readonly CellRow[],
  bins: readonly BinRow[],
  tests: readonly RegressionTest[],
): SplitRow[] {
  const byId = new Map(
    matrix.map((row): [string, SplitRow] => [row.matrix_id, { matrix: row, cells: [], bins: [], tests: [] }]),
  )
  const byCell = new Map<string, SplitRow>()
  for (const cell of cells) {
    const result = byId.get(cell.matrix_id)!
    result.cells.push(cell)
    byCell.set(cell.cell_id, result)
  }
  for (const bin of bins) byCell.get(bin.cell_id)!.bins.push(bin)
  const community = matrix.filter(({ kind }) => kind === 'community')
  const bySetUp = new Map(community.map((row) => [setUpOf(row), byId.get(row.matrix_id)!]))
  for (const test of tests) bySetUp.get(setUpOf(test))!.tests.push(test)
  return [...byId.values()]
}

function setUpOf({
  model_id,
  quantization,
  gpu_id,
  gpu_count,
  engine,
  measurement_type,
}: RegressionTest | MatrixRow): string {
  return [model_id, quantization, gpu_id, gpu_count, engine, measurement_type].join('\n')
}
