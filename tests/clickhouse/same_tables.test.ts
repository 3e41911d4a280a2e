import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { CellRow, Thresholds } from '../../contracts/index.ts'
import type { Aggregates } from '../../pipeline/aggregate/aggregates.ts'
import { aggregateInClickhouse, aggregateSamples } from '../../pipeline/clickhouse/aggregate.ts'
import { insertInBatches } from '../../pipeline/clickhouse/insert_in_batches.ts'
import { readSamples } from '../../pipeline/clickhouse/read_samples.ts'
import { createSamplesTable } from '../../pipeline/clickhouse/sample_columns.ts'
import { type ChdbSession, openChdb } from './support/chdb_session.ts'
import { type Corpus, readCorpus, writeVariedCorpus } from './support/corpus.ts'
import { aggregateInDuckdb } from './support/duckdb.ts'

/** ClickHouse, in this process, makes the tables that DuckDB makes: the same rows in the same order, every number equal to the last bit. */

const PUBLIC: Thresholds = { k: 5, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 }
const PRIVATE: Thresholds = { k: 1, min_samples: 1, bin_contributors: 1, bin_samples: 1, closed_through: 999912 }
const SEEDS = [1, 2, 3]
vi.setConfig({ testTimeout: 120_000 })
/** Lines per contributor and month. */
const LINES = 400

let folder: string
let chdb: ChdbSession
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clickhouse-'))
  chdb = await openChdb()
})
afterAll(() => {
  chdb.close()
  rmSync(folder, { recursive: true, force: true })
})

function generate(seed: number): Promise<Corpus> {
  const dataDir = join(folder, `seed-${seed}`)
  writeVariedCorpus(dataDir, seed, LINES)
  return readCorpus(dataDir, folder)
}

/** Inserts the accepted lines of a corpus into a new table; returns its name. */
async function insert(corpus: Corpus, table: string): Promise<string> {
  await chdb.run(createSamplesTable(table))
  const inserted = await insertInBatches(chdb, table, readSamples(corpus.files, corpus))
  expect(inserted).toBe(corpus.accepted)
  return table
}

function expectSame(found: Aggregates, expected: Aggregates): void {
  expect(found.collecting).toEqual(expected.collecting)
  expect(found.cells).toEqual(expected.cells)
  expect(found.matrix).toEqual(expected.matrix)
  expect([...found.bins]).toEqual([...expected.bins])
  expect(found.regressions).toEqual(expected.regressions)
}

describe.each(SEEDS)('of generated exports, seed %i', (seed) => {
  let corpus: Corpus
  beforeAll(async () => {
    corpus = await generate(seed)
  })

  test('the corpus has every kind of row to compare', async () => {
    const tables = await aggregateInDuckdb(corpus.strata, PUBLIC)
    const evidence = new Set(tables.cells.map((cell) => cell.evidence))
    expect([...evidence].sort()).toEqual(['provisional', 'ranked'])
    expect(new Set(tables.cells.map(({ prompt_bucket }) => prompt_bucket))).toContain('any')
    expect(tables.cells.map(({ prefill_tps_p50 }) => prefill_tps_p50)).toContain(null)
    expect(tables.cells.some(({ decode_tps_ci_low }) => decode_tps_ci_low !== null)).toBe(true)
    expect(tables.cells.length).toBeGreaterThan(50)
    expect(tables.bins.size).toBe(3)
    expect(tables.collecting.cells).toBeGreaterThan(0)
    expect(tables.regressions.map(({ verdict }) => verdict)).toContain('confirmed')
  })

  test('from strata', async () => {
    expectSame(await aggregateInClickhouse(chdb, corpus.strata, PUBLIC), await aggregateInDuckdb(corpus.strata, PUBLIC))
  })

  test('from samples that lie in ClickHouse', async () => {
    const table = await insert(corpus, `samples_${seed}`)
    expectSame(await aggregateSamples(chdb, table, PUBLIC), await aggregateInDuckdb(corpus.strata, PUBLIC))
  })
})

test('without thresholds', async () => {
  const { strata } = await generate(SEEDS[0]!)
  expectSame(await aggregateInClickhouse(chdb, strata, PRIVATE), await aggregateInDuckdb(strata, PRIVATE))
})

test('withdrawn cells of every level are gone', async () => {
  const { strata } = await generate(SEEDS[2]!)
  const before = await aggregateInDuckdb(strata, PUBLIC)
  const withdrawn = someOfEachLevel(before)
  expect(withdrawn.length).toBe(8)
  const after = await aggregateInDuckdb(strata, PUBLIC, { withdrawn })
  expect(after.cells.length).toBe(before.cells.length - withdrawn.length)
  expectSame(await aggregateInClickhouse(chdb, strata, PUBLIC, withdrawn), after)
})

/** Two published cells of each level of generalisation. */
function someOfEachLevel({ cells }: Aggregates): CellRow[] {
  const levels = Map.groupBy(
    cells,
    ({ engine, engine_version, prompt_bucket }) =>
      [engine, engine_version, prompt_bucket].filter((value) => value === 'any').length,
  )
  return [...levels.values()].flatMap((list) => list.slice(0, 2))
}

describe('of the curated data', () => {
  let corpus: Corpus
  let expected: Aggregates
  beforeAll(async () => {
    corpus = await readCorpus('data', folder)
    expected = await aggregateInDuckdb(corpus.strata, PUBLIC)
    expect(expected.cells.length).toBeGreaterThan(1000)
  })

  test('from strata', async () => {
    expectSame(await aggregateInClickhouse(chdb, corpus.strata, PUBLIC), expected)
  })

  test('from samples that lie in ClickHouse', async () => {
    const table = await insert(corpus, 'samples_curated')
    expectSame(await aggregateSamples(chdb, table, PUBLIC), expected)
  })
})

test('a sample that was inserted twice counts once', async () => {
  const corpus = await generate(SEEDS[0]!)
  const table = await insert(corpus, 'samples_twice')
  await insert(corpus, table)
  const [stored] = await chdb.read<{ rows: number }>(`SELECT toInt32(count()) AS rows FROM ${table}`)
  expect(stored!.rows).toBe(2 * corpus.accepted)
  expectSame(await aggregateSamples(chdb, table, PUBLIC), await aggregateInDuckdb(corpus.strata, PUBLIC))
})

test('many threads and small blocks change nothing', async () => {
  const corpus = await generate(SEEDS[1]!)
  const table = await insert(corpus, 'samples_threads')
  await chdb.run('SET max_threads = 4, max_block_size = 500')
  try {
    expectSame(await aggregateSamples(chdb, table, PUBLIC), await aggregateInDuckdb(corpus.strata, PUBLIC))
  } finally {
    await chdb.run('SET max_threads = 1, max_block_size = 65409')
  }
})

test('no stratum gives no row', async () => {
  expectSame(await aggregateInClickhouse(chdb, [], PUBLIC), await aggregateInDuckdb([], PUBLIC))
})
