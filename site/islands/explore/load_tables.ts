import type { PublishedTable } from '../../lib/explore/config.ts'
import { download } from './download.ts'
import type { Database } from './duckdb.ts'
import type { OnStep } from './start_database.ts'

/** Parallel downloads: as many connections as browsers open per host over HTTP/1.1. */
const PARALLEL = 6

/** Downloads all files of a table, then inserts them: a failed download leaves the table unchanged. */
export async function loadTable(
  database: Database,
  connection: number,
  table: PublishedTable,
  { onStep, signal }: { onStep: OnStep; signal: AbortSignal },
): Promise<void> {
  const files = await downloadAll(table, onStep, signal)
  for (const bytes of files) {
    await database.insertArrowFromIPCStream(connection, bytes, { name: table.name, create: false })
  }
}

async function downloadAll(
  { name, files }: PublishedTable,
  onStep: OnStep,
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  const total = files.reduce((sum, file) => sum + file.bytes, 0)
  const result: Uint8Array[] = []
  let received = 0
  let next = 0
  const work = async () => {
    while (next < files.length) {
      const i = next++
      result[i] = await download(files[i]!, { signal })
      received += result[i].length
      onStep({ text: `Loading the table ${name}`, received, total })
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  return result
}
