import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { orderVersions, WithdrawnCell } from '../../contracts/index.ts'
import { readBin } from '../scan/bin_counter.ts'
import type { PackedStratum } from '../strata/partition.ts'
import { insertRows } from './table_writer.ts'

type Rows = Iterable<readonly DuckDBValue[]>

/** Fills the tables of prepare_tables.ts. A stratum's id is its place in the list, a contributor's number that in `namesOf`. */
export async function loadStrata(
  connection: DuckDBConnection,
  strata: readonly PackedStratum[],
  withdrawn: readonly WithdrawnCell[],
): Promise<void> {
  await insertRows(connection, 'withdrawn', withdrawn.map(withdrawnRow))
  await insertRows(connection, 'versions', versionRows(strata))
  await insertRows(connection, 'strata', strataRows(strata))
}

/** Fills the table `stratum_bins` (its `metric` is a number of `quantities`). */
export async function loadBins(connection: DuckDBConnection, strata: readonly PackedStratum[]): Promise<void> {
  await insertRows(connection, 'stratum_bins', binRows(strata))
}

/** The different names of contributors or hosts, by number. */
export function namesOf(strata: readonly PackedStratum[], key: 'contributor' | 'host'): string[] {
  return [...new Set(strata.map((stratum) => stratum[key]))].sort()
}

/** The columns of the table `withdrawn`. */
export const CELL_KEYS = Object.keys(WithdrawnCell.shape) as (keyof WithdrawnCell)[]

function withdrawnRow(cell: WithdrawnCell): DuckDBValue[] {
  return CELL_KEYS.map((key) => cell[key])
}

function* versionRows(strata: readonly PackedStratum[]): Rows {
  for (const [engine, own] of Map.groupBy(strata, (stratum) => stratum.engine))
    for (const { version, variant, ordinal } of orderVersions(own.map(({ engine_version }) => engine_version)))
      yield [engine, version, variant, ordinal]
}

function* strataRows(strata: readonly PackedStratum[]): Rows {
  const numbers = (key: 'contributor' | 'host') => new Map(namesOf(strata, key).map((name, number) => [name, number]))
  const [contributors, hosts] = [numbers('contributor'), numbers('host')]
  for (const [id, stratum] of strata.entries())
    yield [
      id,
      BigInt(stratum.lines),
      contributors.get(stratum.contributor)!,
      hosts.get(stratum.host)!,
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

function* binRows(strata: readonly PackedStratum[]): Rows {
  for (const [id, { pairs }] of strata.entries())
    for (let i = 0; i < pairs.length; i += 2) {
      const { quantity, bucket } = readBin(pairs[i]!)
      yield [id, quantity, bucket, pairs[i + 1]!]
    }
}
