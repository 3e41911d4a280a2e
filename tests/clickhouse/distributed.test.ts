import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aggregateSamples } from '../../pipeline/clickhouse/aggregate.ts'
import { insertInBatches } from '../../pipeline/clickhouse/insert_in_batches.ts'
import { readSamples } from '../../pipeline/clickhouse/read_samples.ts'
import { createSamplesTable } from '../../pipeline/clickhouse/sample_columns.ts'
import type { Stratum } from '../../pipeline/strata/stratum.ts'
import { type ChdbSession, openChdb } from './support/chdb_session.ts'
import { type Corpus, readCorpus, writeVariedCorpus } from './support/corpus.ts'
import { aggregateInDuckdb } from './support/duckdb.ts'

/**
 * A Distributed table over two shards that count on their own. One process has one database of tables, so both shards hold the same samples:
 * everything must count twice. What is tested is that a Distributed table will do, and that what shards counted adds up; not the network.
 */

vi.setConfig({ testTimeout: 120_000 })
const POLICY = { k: 5, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 }
const SHARD = '<shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard>'
const CONFIG = `<clickhouse><tcp_port>9000</tcp_port><remote_servers><two>${SHARD}${SHARD}</two></remote_servers></clickhouse>`

let folder: string
let chdb: ChdbSession
let corpus: Corpus
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clickhouse-distributed-'))
  const config = join(folder, 'config.xml')
  writeFileSync(config, CONFIG)
  chdb = await openChdb({ config })
  await chdb.run(createSamplesTable('samples'))
  await chdb.run(
    'CREATE TABLE samples_all AS samples ENGINE = Distributed(two, currentDatabase(), samples, cityHash64(job_id, origin))',
  )
  writeVariedCorpus(join(folder, 'data'), 9, 200)
  corpus = await readCorpus(join(folder, 'data'), folder)
})
afterAll(() => {
  chdb.close()
  rmSync(folder, { recursive: true, force: true })
})

test('what two shards counted adds up, and a sample that a shard has twice counts once on it', async () => {
  await insertInBatches(chdb, 'samples', readSamples(corpus.files, corpus))
  await insertInBatches(chdb, 'samples', readSamples(corpus.files.slice(0, 5), corpus))
  const [plan] = await chdb.read<{ steps: number }>(
    "SELECT toInt32(countIf(explain ILIKE '%MergingAggregated%')) AS steps FROM (EXPLAIN SELECT kind, count() FROM samples_all GROUP BY kind)",
  )
  expect(plan!.steps).toBe(1)
  const expected = await aggregateInDuckdb(corpus.strata.map(double), POLICY)
  expect(expected.cells.length).toBeGreaterThan(5)
  expect(await aggregateSamples(chdb, 'samples_all', POLICY)).toEqual(expected)
})

function double(stratum: Stratum): Stratum {
  const bins = new Map([...stratum.bins].map(([bin, n]) => [bin, 2 * n]))
  return { ...stratum, lines: 2 * stratum.lines, bins }
}
