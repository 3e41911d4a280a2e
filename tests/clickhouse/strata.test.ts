import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { BUCKETS_PER_OCTAVE, bucketIndex, PROMPT_BUCKETS } from '../../contracts/index.ts'
import { CONCURRENCY_BUCKETS } from '../../contracts/load.ts'
import { aggregatePartitions } from '../../pipeline/aggregate/aggregate_partitions.ts'
import type { Aggregates } from '../../pipeline/aggregate/aggregates.ts'
import { countParameters, countTable, readStrata } from '../../pipeline/clickhouse/count_samples.ts'
import { readSamples } from '../../pipeline/clickhouse/read_samples.ts'
import { createSamplesTable, SAMPLE_COLUMNS } from '../../pipeline/clickhouse/sample_columns.ts'
import { insertSamples } from '../../pipeline/clickhouse/store_samples.ts'
import { openDatabase } from '../../pipeline/lib/database.ts'
import { readSql } from '../../pipeline/lib/run_sql.ts'
import { QUANTITIES, readBin } from '../../pipeline/scan/bin_counter.ts'
import type { Partition } from '../../pipeline/strata/strata_collector.ts'
import type { Stratum } from '../../pipeline/strata/stratum.ts'
import { exportLine } from '../bench/generate.ts'
import { createRandom } from '../bench/random.ts'
import { type ChdbSession, openChdb } from './support/chdb_session.ts'
import { type Corpus, readCorpus, writeVariedCorpus } from './support/corpus.ts'

/** ClickHouse, in this process, counts samples into the strata that the files' path makes of the same exports. */

vi.setConfig({ testTimeout: 120_000 })
/**
 * A cluster of two shards that count on their own. One process has one database of tables, so both shards hold the same samples: everything
 * must count twice. What is tested is that a Distributed table will do, and that what shards counted adds up; not the network.
 */
const SHARD = '<shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard>'
const CONFIG = `<clickhouse><tcp_port>9000</tcp_port><remote_servers><two>${SHARD}${SHARD}</two></remote_servers></clickhouse>`

let folder: string
let chdb: ChdbSession
let corpus: Corpus
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clickhouse-'))
  const config = join(folder, 'config.xml')
  writeFileSync(config, CONFIG)
  chdb = await openChdb({ config })
  writeVariedCorpus(join(folder, 'data'), 1, 200)
  writeEdges(join(folder, 'data', 'exports', 'edges', '2026-08'))
  corpus = await readCorpus(join(folder, 'data'), folder)
  await chdb.run(createSamplesTable('samples'))
  expect(await insertSamples(chdb, 'samples', readSamples(corpus.files, corpus))).toBe(corpus.accepted)
})
afterAll(() => {
  chdb.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Samples on both sides of every limit of prompt sizes, of loads and of what counts. */
function writeEdges(target: string): void {
  const random = createRandom(5)
  const lines: string[] = []
  for (const tokens_in of [0, 1, 128, 129, 512, 513, 2048, 2049, 8192, 8193, 32768, 32769])
    for (const tokens_out of [0, 1, 31, 32])
      for (const [first_token_ms, decode_time_ms] of [
        [0, 250],
        [90, 249],
        [90, 250],
        [90, null],
        [null, null],
      ]) {
        const sample = { ...JSON.parse(exportLine(random, 1, '2026-08')), tokens_in, tokens_out, exit: 'cancel' }
        lines.push(`${JSON.stringify({ ...sample, speculative: true, first_token_ms, decode_time_ms })}\n`)
      }
  for (const concurrency of [1, 2, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 128, 129, 256, 257, 1_000_000])
    for (const output_tps of [0, 0.5, undefined]) {
      const sample = { ...JSON.parse(exportLine(random, 1, '2026-08')), concurrency, output_tps }
      lines.push(`${JSON.stringify(sample)}\n`)
    }
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, 'a.jsonl'), lines.join(''))
}

/** Strata as they are compared: by partition, in order. */
function describeStrata(partitions: readonly Partition[], times = 1) {
  return partitions.map((partition) => ({ key: partition.key, strata: partition.strata.map(multiplyBy(times)) }))
}

function multiplyBy(times: number) {
  return ({ lines, pairs, ...identity }: Stratum) => ({
    ...identity,
    lines: times * lines,
    pairs: [...pairs].map((n, i) => (i % 2 === 0 ? n : times * n)),
  })
}

async function countStrata(table: string): Promise<Stratum[]> {
  return (await countTable(chdb, table)).flatMap((partition) => partition.strata)
}

test('the corpus has every kind of sample to count', () => {
  const valuesOf = (key: keyof Stratum) => new Set(corpus.strata.map((stratum) => stratum[key as never]))
  expect(corpus.partitions.length).toBeGreaterThan(2)
  expect(valuesOf('contributor').size).toBe(12)
  expect(valuesOf('month').size).toBe(3)
  expect(valuesOf('exit')).toEqual(new Set(['ok', 'cancel', 'error', 'reject']))
  expect(valuesOf('measurement_type')).toEqual(new Set(['batched_online', 'batched_offline', 'single_stream']))
  expect(valuesOf('prompt_bucket').size).toBe(PROMPT_BUCKETS.length - 1)
  expect(valuesOf('first_token_counts').size).toBe(2)
  expect(valuesOf('tokens_count').size).toBe(2)
  const quantities = new Set(
    corpus.strata.flatMap(({ pairs }) => [...pairs].flatMap((bin, i) => (i % 2 === 0 ? [readBin(bin).quantity] : []))),
  )
  expect(quantities.size).toBe(QUANTITIES.length)
  expect(valuesOf('engine_backend').size).toBe(2)
  expect(valuesOf('concurrency_bucket')).toEqual(new Set(CONCURRENCY_BUCKETS.filter((bucket) => bucket !== 'any')))
})

test('samples become the strata of their files', async () => {
  expect(describeStrata(await countTable(chdb, 'samples'))).toMatchObject(describeStrata(corpus.partitions))
})

test('many threads and small blocks change nothing', async () => {
  await chdb.run('SET max_threads = 4, max_block_size = 100')
  try {
    expect(describeStrata(await countTable(chdb, 'samples'))).toMatchObject(describeStrata(corpus.partitions))
  } finally {
    await chdb.run('SET max_threads = 1, max_block_size = 65409')
  }
})

test('strata are read while they come, and a stream that breaks off is refused', async () => {
  await chdb.run('SET max_block_size = 100')
  const bytes = await chdb.print(readSql('clickhouse/strata_of_samples'), countParameters('samples'))
  await chdb.run('SET max_block_size = 65409')
  let pulled = 0
  async function* pieces(length: number) {
    for (; pulled < length; pulled += 1000) yield bytes.subarray(pulled, Math.min(pulled + 1000, length))
  }
  const strata = readStrata(pieces(bytes.length))
  expect((await strata.next()).done).toBe(false)
  expect(pulled).toBeLessThan(bytes.length / 3)
  for (const length of [bytes.length - 8, bytes.length - 1, Math.floor(bytes.length / 2), 0]) {
    pulled = 0
    await expect(async () => {
      for await (const _ of readStrata(pieces(length)));
    }).rejects.toThrow(/Expected to read|breaks off/)
  }
})

test('what two shards counted adds up, and a sample that a shard has twice counts once on it', async () => {
  await chdb.run(
    'CREATE TABLE samples_all AS samples ENGINE = Distributed(two, currentDatabase(), samples, cityHash64(job_id))',
  )
  await insertSamples(chdb, 'samples_all', readSamples(corpus.files.slice(0, 5), corpus))
  const [stored] = await chdb.read<{ rows: number }>('SELECT toInt32(count()) AS rows FROM samples_all')
  expect(stored!.rows).toBeGreaterThan(2 * corpus.accepted)
  const [plan] = await chdb.read<{ steps: number }>(
    "SELECT toInt32(countIf(explain ILIKE '%MergingAggregated%')) AS steps FROM (EXPLAIN SELECT exit, count() FROM samples_all GROUP BY exit)",
  )
  expect(plan!.steps).toBe(1)
  expect(describeStrata(await countTable(chdb, 'samples_all'))).toMatchObject(describeStrata(corpus.partitions, 2))
})

/** Stores samples that are alike but for what is given; returns the name of their table. */
async function store(table: string, samples: readonly Record<string, unknown>[]): Promise<string> {
  const alike = {
    contributor: 'someone',
    month: '2026-08',
    engine_version: '1',
    exit: 'ok',
    tokens_in: 100,
    gpu_count: 1,
  }
  const rows = samples.map((sample, i) => ({ ...alike, job_id: String(i), ...sample }) as Record<string, unknown>)
  await chdb.run(createSamplesTable(table))
  await insertSamples(
    chdb,
    table,
    rows.map((row) =>
      SAMPLE_COLUMNS.map(({ name, type }) => row[name] ?? (/Nullable|Int|Float/.test(type) ? null : 'x')),
    ),
  )
  return table
}

test('hosts of one contributor are told apart', async () => {
  const table = await store('hosts', [{ host_id: 'aa' }, { host_id: 'bb' }, { host_id: 'aa' }, {}])
  expect(await countStrata(table)).toMatchObject([
    { host: '', lines: 1 },
    { host: 'aa', lines: 2 },
    { host: 'bb', lines: 1 },
  ])
})

test('of equal ids the earliest counts: of the earliest month, of one month the one that was stored first', async () => {
  const later = { job_id: 'a', month: '2026-09' }
  const table = await store('equal_ids', [
    { ...later, contributor: 'second' },
    { ...later, contributor: 'third' },
    { job_id: 'b', month: 'none', contributor: 'malformed' },
  ])
  expect(await ownersOf(table)).toEqual({ 'second 2026-09': 1, 'malformed none': 1 })
  await store(table, [{ ...later, contributor: 'fourth' }])
  expect(await ownersOf(table)).toEqual({ 'second 2026-09': 1, 'malformed none': 1 })
  await store(table, [
    { job_id: 'a', month: '2026-08', contributor: 'first' },
    { job_id: 'b', month: '2026-10', contributor: 'dated' },
  ])
  expect(await ownersOf(table)).toEqual({ 'first 2026-08': 1, 'dated 2026-10': 1 })
  await store(table, [{ ...later, contributor: 'fifth' }])
  await chdb.run(`OPTIMIZE TABLE ${table} FINAL`)
  expect(await ownersOf(table)).toEqual({ 'first 2026-08': 1, 'dated 2026-10': 1 })
})

/** How many samples of a table count, by contributor and month. */
async function ownersOf(table: string): Promise<Record<string, number>> {
  const strata = await countStrata(table)
  return Object.fromEntries(strata.map(({ contributor, month, lines }) => [`${contributor} ${month}`, lines]))
}

test('a month that is none is not closed: nothing of it is published', async () => {
  const months = ['', '0', 'x', '2026-8', '2026-00', '2026-13', '26-08', '2026', '-2026-08', ' 2026-08', '2026-08']
  const samples = months.flatMap((month) =>
    Array.from({ length: 60 }, (_, i) => ({ contributor: `contributor-${i % 6}`, month, job_id: `${month} ${i}` })),
  )
  const { cells, collecting } = await aggregate(await store('months', samples))
  expect(cells).toMatchObject([{ month: '2026-08', contributors: 5, samples: 60 }])
  expect(collecting.cells).toBe(months.length - 1)
})

/** What DuckDB makes of what ClickHouse counted. */
async function aggregate(table: string): Promise<Aggregates> {
  const policy = { k: 5, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 }
  const database = await openDatabase(folder)
  try {
    return await aggregatePartitions(Promise.resolve(database), await countTable(chdb, table), {
      policy,
      withdrawn: [],
    })
  } finally {
    database.close()
  }
}

test('a value falls into the bucket that the files’ path finds for it, or into none', async () => {
  const values = edgeValues()
  const table = await store(
    'edges',
    values.map((first_token_ms) => ({ first_token_ms, tokens_out: 1, tokens_in: 0 })),
  )
  const [{ pairs }] = (await countStrata(table)) as [Stratum]
  const ttft = Array.from({ length: pairs.length / 2 }, (_, i) => ({ ...readBin(pairs[2 * i]!), n: pairs[2 * i + 1] }))
  const counting = values.filter((value) => value >= 2 ** LEAST_EXPONENT && value <= 2 ** MOST_EXPONENT)
  expect(counting.length).toBeLessThan(values.length)
  const expected = [...Map.groupBy(counting, bucketIndex)].sort(([a], [b]) => a - b)
  expect(ttft.filter(({ quantity }) => QUANTITIES[quantity] === 'ttft_ms')).toEqual(
    expected.map(([bucket, { length: n }]) => ({ quantity: QUANTITIES.indexOf('ttft_ms'), bucket, n })),
  )
})

const LEAST_EXPONENT = -32
const MOST_EXPONENT = 48

/** Powers of two, where buckets end exactly, with their neighbours; values next to the other ends; and values anywhere between. */
function edgeValues(): number[] {
  const values: number[] = []
  for (let i = LEAST_EXPONENT * BUCKETS_PER_OCTAVE; i <= MOST_EXPONENT * BUCKETS_PER_OCTAVE; i++) {
    const end = 2 ** (i / BUCKETS_PER_OCTAVE)
    values.push(end, end * (1 - 2 ** -52), end * (1 + 2 ** -52), end * (1 - 2 ** -40), end * (1 + 2 ** -40))
  }
  const random = createRandom(11)
  for (let i = 0; i < 5000; i++) values.push(random.lognormal(100, 4))
  return values
}
