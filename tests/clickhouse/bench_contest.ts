import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { aggregateInClickhouse, aggregateSamples } from '../../pipeline/clickhouse/aggregate.ts'
import { insertInBatches } from '../../pipeline/clickhouse/insert_in_batches.ts'
import { readSamples } from '../../pipeline/clickhouse/read_samples.ts'
import { createSamplesTable } from '../../pipeline/clickhouse/sample_columns.ts'
import { readCatalog } from '../../pipeline/read/catalog.ts'
import { CatalogIndex } from '../../pipeline/read/catalog_index.ts'
import { discoverData } from '../../pipeline/read/discover.ts'
import type { Stratum } from '../../pipeline/strata/stratum.ts'
import { type ChdbSession, openChdb } from './support/chdb_session.ts'
import { aggregateInDuckdb } from './support/duckdb.ts'

/** In this order: `samples` aggregates what `insert` inserted. */
export const CONTESTS = ['duckdb', 'chdb', 'insert', 'samples'] as const

const POLICY = { k: 5, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 }

/** Seconds on the clock, and of all threads together. */
interface Spent {
  seconds: number
  cpu_seconds: number
}

/** Holds one contest on what lies in `folder`, and times it without opening the engine. */
async function hold(name: string, folder: string, threads: number): Promise<Spent> {
  if (name === 'duckdb') {
    const strata = readStrata(folder)
    return time(() => aggregateInDuckdb(strata, POLICY, { threads }))
  }
  const chdb = await openChdb({ folder: join(folder, 'clickhouse'), threads })
  try {
    return await holdInClickhouse(name, folder, chdb)
  } finally {
    chdb.close()
  }
}

async function holdInClickhouse(name: string, folder: string, chdb: ChdbSession): Promise<Spent> {
  if (name === 'samples') return time(() => aggregateSamples(chdb, 'samples', POLICY))
  if (name === 'insert') {
    const { files } = discoverData(join(folder, 'data'))
    const options = { catalog: new CatalogIndex(readCatalog('data')), publishedMonth: new Map() }
    await chdb.run(createSamplesTable('samples'))
    return time(() => insertInBatches(chdb, 'samples', readSamples(files, options)))
  }
  const strata = readStrata(folder)
  return time(() => aggregateInClickhouse(chdb, strata, POLICY))
}

function readStrata(folder: string): Stratum[] {
  const plain = JSON.parse(readFileSync(join(folder, 'strata.json'), 'utf8')) as (Omit<Stratum, 'bins'> & {
    bins: [number, number][]
  })[]
  return plain.map((stratum) => ({ ...stratum, bins: new Map(stratum.bins) }))
}

async function time(act: () => Promise<unknown>): Promise<Spent> {
  const start = performance.now()
  const before = process.cpuUsage()
  await act()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - start) / 1000, cpu_seconds: (user + system) / 1e6 }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { name: { type: 'string' }, folder: { type: 'string' }, threads: { type: 'string' } },
  })
  const spent = await hold(values.name!, values.folder!, Number(values.threads))
  console.log(JSON.stringify({ ...spent, peak_mb: process.resourceUsage().maxRSS / 1024 }))
}
