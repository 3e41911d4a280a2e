import { createQuantities, createStrata } from './load_strata.ts'
import { runStatement } from './run_statement.ts'
import type { ClickhouseSession } from './session.ts'

/** Fills the tables `strata` and `stratum_bins` from a table of samples of the session's database. */
export async function loadSamples(session: ClickhouseSession, table: string): Promise<void> {
  await createQuantities(session)
  await createStrata(session)
  await runStatement(session, 'samples', { samples: table })
  await runStatement(session, 'strata_of_samples')
  await runStatement(session, 'stratum_bins_of_samples')
}
