import type { ClickhouseDatabase } from './connect.ts'

/** Rows of one insert: some 15 MB of JSON. */
const BATCH_ROWS = 50_000

/**
 * Inserts samples as they come, never holding more than one batch of them; returns how many.
 *
 * @param rows their values in the order of SAMPLE_COLUMNS
 */
export async function insertSamples(
  database: ClickhouseDatabase,
  table: string,
  rows: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>,
): Promise<number> {
  // A row takes longer than a microsecond, so that a later insert begins after the numbers of this one.
  const start_us = Date.now() * 1000
  let inserted = 0
  let batch: (readonly unknown[])[] = []
  const flush = async () => {
    if (batch.length > 0) await database.insert(table, batch)
    inserted += batch.length
    batch = []
  }
  for await (const row of rows) {
    batch.push([...row, start_us + inserted + batch.length])
    if (batch.length === BATCH_ROWS) await flush()
  }
  await flush()
  return inserted
}
