import type { DuckDBConnection } from '@duckdb/node-api'
import type { BinRow, CellRow, MatrixRow, RegressionRow, Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import type { Stratum } from '../check/strata.ts'
import { readSql } from '../sql_text.ts'
import { loadStrata, loadWithdrawn } from './load_strata.ts'

export interface Aggregates {
  matrix: MatrixRow[]
  cells: CellRow[]
  /** Bins by model slug. */
  bins: Map<string, BinRow[]>
  regressions: RegressionRow[]
  collecting: { cells: number; samples: number }
}

/** A contributor with fewer samples of a cell has no median to speak of; a private build takes what there is. */
const CONTRIBUTOR_SAMPLES = 5

/**
 * Aggregates what was accepted into the published rows.
 *
 * @param withdrawn community cells that are not published again
 */
export async function aggregate(
  connection: DuckDBConnection,
  strata: Stratum[],
  policy: Thresholds,
  withdrawn: readonly WithdrawnCell[] = [],
): Promise<Aggregates> {
  await loadWithdrawn(connection, withdrawn)
  await connection.run(readSql('macros'))
  await loadStrata(connection, strata)
  await connection.run(readSql('partition'), { k: policy.k, min_samples: policy.min_samples })
  await connection.run(readSql('weights'), {
    k: policy.k,
    contributor_samples: Math.min(CONTRIBUTOR_SAMPLES, policy.min_samples),
  })
  await connection.run(readSql('estimates'))
  await connection.run(readSql('figures'))
  const bins = await rows<BinRow & { model_slug: string }>(connection, 'bins', {
    bin_contributors: policy.bin_contributors,
    bin_samples: policy.bin_samples,
  })
  return {
    matrix: await rows(connection, 'matrix'),
    cells: await rows(connection, 'cells'),
    bins: groupBins(bins),
    regressions: await rows(connection, 'regressions'),
    collecting: await countCollecting(connection),
  }
}

async function rows<T>(connection: DuckDBConnection, statement: string, values?: Record<string, number>): Promise<T[]> {
  const reader = await connection.runAndReadAll(readSql(statement), values)
  return reader.getRowObjectsJS() as unknown as T[]
}

function groupBins(bins: (BinRow & { model_slug: string })[]): Map<string, BinRow[]> {
  const byModel = new Map<string, BinRow[]>()
  for (const { model_slug, ...bin } of bins) {
    const list = byModel.get(model_slug) ?? []
    list.push(bin)
    byModel.set(model_slug, list)
  }
  return byModel
}

async function countCollecting(connection: DuckDBConnection): Promise<Aggregates['collecting']> {
  const reader = await connection.runAndReadAll(
    'SELECT count(DISTINCT cell_id)::INTEGER AS cells, coalesce(two_digits(sum(lines)::BIGINT), 0)::INTEGER AS samples FROM placed WHERE NOT fits AND NOT gone',
  )
  return reader.getRowObjectsJS()[0] as unknown as Aggregates['collecting']
}
