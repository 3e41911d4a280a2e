import { availableParallelism } from 'node:os'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { CellRow, MatrixRow, ServingRow, Thresholds } from '../../contracts/index.ts'
import { packTable } from '../lib/named_table.ts'
import { readRows, runSql } from '../lib/run_sql.ts'
import type { Partition } from '../strata/partition.ts'
import type { Stratum } from '../strata/stratum.ts'
import type { AggregateOptions, PartitionResult, Pending, RegressionTest } from './aggregates.ts'
import { foldBins } from './fold_bins.ts'
import { loadBins, loadStrata, namesOf } from './load_strata.ts'

/** A contributor with fewer samples of a cell has no median to speak of; a private build takes what there is. */
const CONTRIBUTOR_SAMPLES = 5

/** Fewer bins are aggregated faster by one thread: several would wait for each other. */
const WORTH_A_THREAD = 200_000

/** The statements that make tables: each reads those before. */
const TABLES = ['partition', 'counted', 'weights', 'estimates', 'figures']

/** Computes what becomes of partitions, in their order. */
export async function computePartitions(
  connection: DuckDBConnection,
  partitions: readonly Partition[],
  { policy, withdrawn }: Omit<AggregateOptions, 'cache'>,
): Promise<PartitionResult[]> {
  const strata = partitions.flatMap((partition) => partition.packed())
  const bins = strata.reduce((sum, { pairs }) => sum + pairs.length / 2, 0)
  if (bins > WORTH_A_THREAD) await connection.run(`SET threads = ${availableParallelism()}`)
  await loadStrata(connection, strata, withdrawn)
  await loadBins(connection, strata)
  const values = { ...policy, contributor_samples: Math.min(CONTRIBUTOR_SAMPLES, policy.min_samples) }
  for (const name of TABLES) await runSql(connection, name, values)
  return splitByPartition(partitions, strata, await readResults(connection, values))
}

type NumberedCell = CellRow & { cell_no: number }
/** Contributors by their numbers: see `namesOf`. */
type PendingRow = Omit<Pending, 'contributors'> & { model_id: string; contributors: number[] }

async function readResults(connection: DuckDBConnection, values: Thresholds & Record<string, number>) {
  return {
    matrix: await readRows<MatrixRow>(connection, 'matrix', values),
    cells: await readRows<NumberedCell>(connection, 'cells', values),
    serving: await readRows<ServingRow>(connection, 'serving', values),
    bins: await foldBins(connection, values),
    tests: await readRows<RegressionTest>(connection, 'regression_tests', values),
    pending: await readRows<PendingRow>(connection, 'pending', values),
  }
}

function splitByPartition(
  partitions: readonly Partition[],
  strata: readonly Stratum[],
  rows: Awaited<ReturnType<typeof readResults>>,
): PartitionResult[] {
  const names = namesOf(strata, 'contributor')
  const byModel = <T extends { model_id: string }>(own: T[]) => Map.groupBy(own, ({ model_id }) => model_id)
  const [matrix, cells, tests] = [byModel(rows.matrix), byModel(rows.cells), byModel(rows.tests)]
  const serving = byModel(rows.serving)
  const pending = byModel(rows.pending)
  return partitions.map((partition) => {
    const { key } = partition
    const own = cells.get(key) ?? []
    const bins = own.flatMap(({ cell_no, cell_id }) =>
      (rows.bins.get(cell_no) ?? []).map((bin) => ({ cell_id, ...bin })),
    )
    return {
      matrix: matrix.get(key) ?? [],
      cells: own.map(({ cell_no: _, ...cell }) => cell),
      serving: serving.get(key) ?? [],
      tests: tests.get(key) ?? [],
      pending: describePending(names, pending.get(key)?.[0]),
      bins: packTable(`bins/${partition.packed()[0]!.model_slug}.arrow`, 'bins', bins),
    }
  })
}

function describePending(names: readonly string[], row?: PendingRow): Pending {
  const { cells = 0, lines = 0, contributors = [] } = row ?? {}
  return { cells, lines, contributors: contributors.map((number) => names[number]!).sort() }
}
