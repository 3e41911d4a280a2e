import type { ClickhouseDatabase } from './connect.ts'

/** Rows of one insert: some 15 MB of JSON. */
const BATCH_ROWS = 50_000

/** Inserts rows as they come, never holding more than one batch of them; returns how many. */
export async function insertInBatches(
  database: ClickhouseDatabase,
  table: string,
  rows: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>,
): Promise<number> {
  let inserted = 0
  let batch: (readonly unknown[])[] = []
  const flush = async () => {
    if (batch.length > 0) await database.insert(table, batch)
    inserted += batch.length
    batch = []
  }
  for await (const row of rows) {
    batch.push(row)
    if (batch.length === BATCH_ROWS) await flush()
  }
  await flush()
  return inserted
}
