import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { countTable } from '../../pipeline/clickhouse/count_samples.ts'
import { insertSamples } from '../../pipeline/clickhouse/insert_samples.ts'
import { readSamples } from '../../pipeline/clickhouse/read_samples.ts'
import { createSamplesTable } from '../../pipeline/clickhouse/sample_columns.ts'
import { readCatalog } from '../../pipeline/read/catalog.ts'
import { CatalogIndex } from '../../pipeline/read/catalog_index.ts'
import { discoverData } from '../../pipeline/read/discover.ts'
import { checkFiles } from '../../pipeline/review/check.ts'
import type { Partition } from '../../pipeline/strata/partition.ts'
import { openChdb } from './support/chdb_session.ts'

/** In this order: `samples` counts what `insert` inserted. */
export const CONTESTS = ['files', 'insert', 'samples'] as const

/** What was counted, and the seconds of it: on the clock, and of all threads together. */
interface Held {
  strata: number
  seconds: number
  cpu_seconds: number
}

/** Holds one contest on what lies in `folder`, and times it without opening the engine. */
async function hold(name: string, folder: string, threads: number): Promise<Held> {
  const { files } = discoverData(join(folder, 'data'))
  const catalog = new CatalogIndex(readCatalog('data'))
  if (name === 'files') return time(async () => (await checkFiles(files, { catalog, scratch: folder })).partitions)
  const chdb = await openChdb({ folder: join(folder, 'clickhouse'), threads })
  try {
    if (name === 'samples') return await time(() => countTable(chdb, 'samples'))
    await chdb.run(createSamplesTable('samples'))
    return await time(async () => {
      await insertSamples(chdb, 'samples', readSamples(files, { catalog }))
      return []
    })
  } finally {
    chdb.close()
  }
}

async function time(count: () => Promise<Partition[]>): Promise<Held> {
  const start = performance.now()
  const before = process.cpuUsage()
  const partitions = await count()
  const { user, system } = process.cpuUsage(before)
  const strata = partitions.reduce((sum, partition) => sum + partition.packed().length, 0)
  return { strata, seconds: (performance.now() - start) / 1000, cpu_seconds: (user + system) / 1e6 }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { name: { type: 'string' }, folder: { type: 'string' }, threads: { type: 'string' } },
  })
  const held = await hold(values.name!, values.folder!, Number(values.threads))
  console.log(JSON.stringify({ ...held, peak_mb: process.resourceUsage().maxRSS / 1024 }))
}
