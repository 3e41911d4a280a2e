import { join } from 'node:path'
import { countTable } from '../../pipeline/clickhouse/count_samples.ts'
import { readSamples } from '../../pipeline/clickhouse/read_samples.ts'
import { createSamplesTable } from '../../pipeline/clickhouse/sample_columns.ts'
import { insertSamples } from '../../pipeline/clickhouse/store_samples.ts'
import { readCatalog } from '../../pipeline/read/catalog.ts'
import { CatalogIndex } from '../../pipeline/read/catalog_index.ts'
import { discoverData } from '../../pipeline/read/discover.ts'
import { checkFiles } from '../../pipeline/review/check.ts'
import type { Partition } from '../../pipeline/strata/strata_collector.ts'
import { openChdb } from './support/chdb_session.ts'

/** In this order: `samples` counts what `insert` inserted. */
export const CONTESTS = {
  files: 'checking and counting files',
  insert: 'ClickHouse: judging and inserting the samples',
  samples: 'ClickHouse: counting the samples',
}

/** What was counted, and what that took; CPU seconds are those of all threads together. */
export interface Held {
  strata: number
  seconds: number
  cpu_seconds: number
  peak_mb: number
}

/** Holds one contest on what lies in `folder`, and measures it without opening the engine. */
async function hold(name: string, folder: string, threads: number): Promise<Held> {
  const { files } = discoverData(join(folder, 'data'))
  const catalog = new CatalogIndex(readCatalog('data'))
  if (name === 'files') return measure(async () => (await checkFiles(files, { catalog, scratch: folder })).partitions)
  const chdb = await openChdb({ folder: join(folder, 'clickhouse'), threads })
  try {
    if (name === 'samples') return await measure(() => countTable(chdb, 'samples'))
    await chdb.run(createSamplesTable('samples'))
    return await measure(async () => void (await insertSamples(chdb, 'samples', readSamples(files, { catalog }))))
  } finally {
    chdb.close()
  }
}

async function measure(act: () => Promise<Partition[] | undefined>): Promise<Held> {
  const start = performance.now()
  const before = process.cpuUsage()
  const partitions = (await act()) ?? []
  const { user, system } = process.cpuUsage(before)
  const strata = partitions.reduce((sum, partition) => sum + partition.strata.length, 0)
  const peak_mb = process.resourceUsage().maxRSS / 1024
  return { strata, seconds: (performance.now() - start) / 1000, cpu_seconds: (user + system) / 1e6, peak_mb }
}

if (import.meta.main) {
  const [name, folder, threads] = process.argv.slice(2)
  console.log(JSON.stringify(await hold(name!, folder!, Number(threads))))
}
