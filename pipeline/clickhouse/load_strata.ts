import type { WithdrawnCell } from '../../contracts/index.ts'
import { QUANTITIES, readBin } from '../scan/bin_counter.ts'
import type { Stratum } from '../strata/stratum.ts'
import { insertInBatches } from './insert_in_batches.ts'
import { runStatement } from './run_statement.ts'
import type { ClickhouseSession } from './session.ts'

/** Fills the tables `strata` and `stratum_bins` (its `metric` is a number of `quantities`). */
export async function loadStrata(session: ClickhouseSession, strata: readonly Stratum[]): Promise<void> {
  await createQuantities(session)
  await createStrata(session)
  await insertInBatches(session, 'strata', strataRows(strata))
  await insertInBatches(session, 'stratum_bins', binRows(strata))
}

/** Fills the table `withdrawn`, which the partition reads. */
export async function loadWithdrawn(session: ClickhouseSession, cells: readonly WithdrawnCell[]): Promise<void> {
  await runStatement(session, 'withdrawn_table')
  const rows = cells.map((cell) => WITHDRAWN_COLUMNS.map((name) => cell[name]))
  await insertInBatches(session, 'withdrawn', rows)
}

/** In the order of withdrawn_table.sql. */
const WITHDRAWN_COLUMNS = [
  'model_id',
  'quantization',
  'gpu_id',
  'gpu_count',
  'engine',
  'engine_version',
  'measurement_type',
  'prompt_bucket',
  'month',
] as const

/** Creates the tables `strata` and `stratum_bins`, empty. */
export async function createStrata(session: ClickhouseSession): Promise<void> {
  await runStatement(session, 'strata_table')
  await runStatement(session, 'stratum_bins_table')
}

/** Fills the table `quantities`. */
export async function createQuantities(session: ClickhouseSession): Promise<void> {
  await runStatement(session, 'quantities_table')
  await session.insert('quantities', [...QUANTITIES.entries()])
}

function* strataRows(strata: readonly Stratum[]): Generator<readonly unknown[]> {
  const names = [...new Set(strata.map(({ contributor }) => contributor))].sort()
  const numbers = new Map(names.map((name, number) => [name, number]))
  for (const [id, { lines, contributor, bins: _, host: __, ...stratum }] of strata.entries()) {
    yield [
      id,
      lines,
      'community',
      'community',
      numbers.get(contributor),
      stratum.model_id,
      stratum.model_slug,
      stratum.quantization,
      stratum.gpu_id,
      stratum.gpu_count,
      stratum.engine,
      stratum.engine_version,
      stratum.measurement_type,
      stratum.prompt_bucket,
      stratum.month,
      stratum.exit,
      stratum.first_token_counts,
      stratum.tokens_count,
    ]
  }
}

function* binRows(strata: readonly Stratum[]): Generator<readonly unknown[]> {
  for (const [id, { bins }] of strata.entries()) {
    for (const [bin, n] of bins) {
      const { quantity, bucket } = readBin(bin)
      yield [id, quantity, bucket, n]
    }
  }
}
