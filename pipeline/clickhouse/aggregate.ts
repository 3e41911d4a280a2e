import type { BinRow, Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import type { Aggregates } from '../aggregate/aggregates.ts'
import type { Stratum } from '../strata/stratum.ts'
import { loadSamples } from './load_samples.ts'
import { loadStrata, loadWithdrawn } from './load_strata.ts'
import { readStatement, runStatement } from './run_statement.ts'
import type { ClickhouseSession } from './session.ts'

/** A contributor with fewer samples of a cell has no median to speak of; a private build takes what there is. */
const CONTRIBUTOR_SAMPLES = 5

/**
 * Aggregates what was accepted into the published rows: the same as DuckDB makes of the same strata.
 *
 * @param withdrawn community cells that are not published again
 */
export async function aggregateInClickhouse(
  session: ClickhouseSession,
  strata: readonly Stratum[],
  policy: Thresholds,
  withdrawn: readonly WithdrawnCell[] = [],
): Promise<Aggregates> {
  await loadWithdrawn(session, withdrawn)
  await loadStrata(session, strata)
  return aggregateLoaded(session, policy)
}

/**
 * Aggregates a table of samples that lies in the database of the session, with columns as in SAMPLE_COLUMNS.
 *
 * @param withdrawn community cells that are not published again
 */
export async function aggregateSamples(
  session: ClickhouseSession,
  table: string,
  policy: Thresholds,
  withdrawn: readonly WithdrawnCell[] = [],
): Promise<Aggregates> {
  await loadWithdrawn(session, withdrawn)
  await loadSamples(session, table)
  return aggregateLoaded(session, policy)
}

/** In this order: each reads tables of those before. */
const TABLES = ['partition', 'counted', 'kept', 'weights', 'cumulated', 'quantiles', 'estimates', 'figures']

/** Aggregates what the tables `strata`, `stratum_bins`, `quantities` and `withdrawn` of the session hold. */
async function aggregateLoaded(session: ClickhouseSession, policy: Thresholds): Promise<Aggregates> {
  const values = { ...policy, contributor_samples: Math.min(CONTRIBUTOR_SAMPLES, policy.min_samples) }
  for (const name of TABLES) await runStatement(session, name, values)
  const bins = await readStatement<BinRow & { model_slug: string }>(session, 'bins', values)
  const [collecting] = await readStatement<Aggregates['collecting']>(session, 'collecting', values)
  return {
    matrix: await readStatement(session, 'matrix', values),
    cells: await readStatement(session, 'cells', values),
    bins: groupBins(bins),
    regressions: await readStatement(session, 'regressions', values),
    collecting: collecting!,
  }
}

function groupBins(bins: (BinRow & { model_slug: string })[]): Map<string, BinRow[]> {
  const bySlug = Map.groupBy(bins, ({ model_slug }) => model_slug)
  return new Map([...bySlug].map(([slug, rows]) => [slug, rows.map(({ model_slug: _, ...bin }) => bin)]))
}
