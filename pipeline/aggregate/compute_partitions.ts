import { availableParallelism } from 'node:os'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type MatrixRow, type ServingRow, stepCountSql } from '../../contracts/index.ts'
import { packTable } from '../lib/named_table.ts'
import { readRows, runSql } from '../lib/run_sql.ts'
import type { Partition } from '../strata/strata_collector.ts'
import type { Stratum } from '../strata/stratum.ts'
import { addFrozen } from './add_frozen.ts'
import type { AggregateOptions, NumberedCell, PartitionResult, Pending, RegressionTest } from './aggregates.ts'
import { foldBins } from './fold_bins.ts'
import { loadBins, loadStrata, namesOf } from './load_strata.ts'

/** A contributor with fewer samples of a cell has no median to speak of; a private build takes what there is. */
export const CONTRIBUTOR_SAMPLES = 5

/** Fewer bins are aggregated faster by one thread: several would wait for each other. */
const WORTH_A_THREAD = 200_000

/** The statements that make tables: each reads those before. */
const TABLES = ['partition', 'outcomes', 'counted', 'weights', 'estimates', 'figures']

/** Computes what becomes of partitions, in their order. */
export async function computePartitions(
  connection: DuckDBConnection,
  partitions: readonly Partition[],
  options: Omit<AggregateOptions, 'former'>,
): Promise<PartitionResult[]> {
  const strata = partitions.flatMap((partition) => partition.strata)
  const bins = strata.reduce((sum, { pairs }) => sum + pairs.length / 2, 0)
  if (bins > WORTH_A_THREAD) await connection.run(`SET threads = ${availableParallelism()}`)
  const values = await fillTables(connection, strata, options)
  const rows = await readResults(connection, values)
  return splitByPartition(partitions, strata, options.frozen?.length ? addFrozen(rows, options.frozen) : rows)
}

/** Fills the tables that the published ones are read from; returns the values that the statements name. */
export async function fillTables(
  connection: DuckDBConnection,
  strata: readonly Stratum[],
  { policy, withdrawn, frozen }: Omit<AggregateOptions, 'former'>,
): Promise<Record<string, number>> {
  await loadStrata(connection, strata, withdrawn, frozen)
  await loadBins(connection, strata)
  const isPrivate = policy.k === 1
  await connection.run(`CREATE OR REPLACE MACRO step_count(n) AS ${isPrivate ? 'n::INTEGER' : stepCountSql('n')}`)
  const contributor_samples = isPrivate ? 1 : CONTRIBUTOR_SAMPLES
  const values = { ...policy, contributor_samples, rate_digits: isPrivate ? 3 : 2, every_quantity: 0 }
  for (const name of TABLES) await runSql(connection, name, values)
  return values
}

/** Contributors by their numbers: see `namesOf`. */
type PendingRow = Omit<Pending, 'contributors'> & { model_id: string; contributors: number[] }

type Results = Awaited<ReturnType<typeof readResults>>

async function readResults(connection: DuckDBConnection, values: Record<string, number>) {
  const tables = {
    matrix: await readRows<MatrixRow>(connection, 'matrix', values),
    cells: await readRows<NumberedCell>(connection, 'cells', values),
    serving: await readRows<ServingRow>(connection, 'serving', values),
    pending: await readRows<PendingRow>(connection, 'pending', values),
  }
  const weights = await runSql(connection, 'bins', values)
  // The database tests while the bins are folded here.
  const testing = readRows<RegressionTest>(connection, 'regression_tests', values)
  const [bins, tests] = await Promise.all([foldBins(weights, values), testing])
  return { ...tables, bins, tests }
}

function splitByPartition(partitions: readonly Partition[], all: readonly Stratum[], rows: Results): PartitionResult[] {
  const names = namesOf(all, 'contributor')
  const byModel = <T extends { model_id: string }>(own: T[]) => Map.groupBy(own, ({ model_id }) => model_id)
  const [matrix, cells, tests] = [byModel(rows.matrix), byModel(rows.cells), byModel(rows.tests)]
  const serving = byModel(rows.serving)
  const bins = Map.groupBy(rows.bins, ({ cell_no }) => cell_no)
  const pending = byModel(rows.pending)
  return partitions.map(({ key, strata }) => {
    const own = cells.get(key) ?? []
    const ownBins = own.flatMap(({ cell_no, cell_id }) =>
      (bins.get(cell_no) ?? []).map(({ cell_no: _, ...bin }) => ({ cell_id, ...bin })),
    )
    return {
      matrix: matrix.get(key) ?? [],
      cells: own.map(({ cell_no: _, ...cell }) => cell),
      serving: serving.get(key) ?? [],
      tests: tests.get(key) ?? [],
      pending: describePending(names, pending.get(key)?.[0]),
      bins: packTable(`bins/${strata[0]!.model_slug}.arrow`, 'bins', ownBins),
    }
  })
}

function describePending(names: readonly string[], row?: PendingRow): Pending {
  const { cells = 0, lines = 0, contributors = [] } = row ?? {}
  return { cells, lines, contributors: contributors.map((number) => names[number]!).sort() }
}
