import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aggregateInClickhouse, aggregateSamples } from '../../pipeline/clickhouse/aggregate.ts'
import { connectClickhouse } from '../../pipeline/clickhouse/connect.ts'
import { insertInBatches } from '../../pipeline/clickhouse/insert_in_batches.ts'
import { readSamples } from '../../pipeline/clickhouse/read_samples.ts'
import { runStatement } from '../../pipeline/clickhouse/run_statement.ts'
import { createSamplesTable } from '../../pipeline/clickhouse/sample_columns.ts'
import { type ChdbSession, openChdb } from './support/chdb_session.ts'
import { type Corpus, readCorpus, writeVariedCorpus } from './support/corpus.ts'
import { DATABASE, startServer, type TestServer } from './support/http_server.ts'

/** The client that talks to a ClickHouse server, against a small server in front of chdb. */

vi.setConfig({ testTimeout: 120_000 })
const POLICY = { k: 5, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 }

let folder: string
let chdb: ChdbSession
let server: TestServer
let corpus: Corpus
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clickhouse-http-'))
  chdb = await openChdb()
  server = await startServer(chdb)
  writeVariedCorpus(join(folder, 'data'), 5, 150)
  corpus = await readCorpus(join(folder, 'data'), folder)
})
afterAll(async () => {
  await server.close()
  chdb.close()
  rmSync(folder, { recursive: true, force: true })
})

test('aggregates strata and samples over HTTP, in one session', async () => {
  const expected = await aggregateInClickhouse(chdb, corpus.strata, POLICY)
  expect(expected.cells.length).toBeGreaterThan(5)
  const session = await connectClickhouse(server.url)
  try {
    expect(await aggregateInClickhouse(session, corpus.strata, POLICY)).toEqual(expected)
    await session.run(createSamplesTable('samples'))
    await insertInBatches(session, 'samples', readSamples(corpus.files, corpus))
    expect(await aggregateSamples(session, 'samples', POLICY)).toEqual(expected)
  } finally {
    await session.close()
  }
  const [ping, ...statements] = server.requests.map(({ sql, parameters }) => ({
    sql,
    session: parameters.get('session_id'),
    database: parameters.get('database'),
  }))
  expect(ping!.sql).toMatch(/^SELECT/)
  expect(statements.length).toBeGreaterThan(30)
  expect(new Set(statements.map(({ database }) => database))).toEqual(new Set([DATABASE]))
  const sessions = new Set(statements.map(({ session }) => session))
  expect([...sessions]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
})

test('names the statement that failed, with what the server says', async () => {
  const session = await connectClickhouse(server.url)
  try {
    await expect(runStatement(session, 'samples', { samples: 'nowhere' })).rejects.toThrow(
      /^pipeline\/sql\/clickhouse\/samples\.sql: .*nowhere/s,
    )
  } finally {
    await session.close()
  }
})

test('says what to check where nothing answers, without the password', async () => {
  const url = 'http://writer:hidden@127.0.0.1:1/default'
  await expect(connectClickhouse(url)).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:1\/default: expected a ClickHouse that answers, found ".*ECONNREFUSED.*"\. Fix: check address, user and password\.$/,
  )
})

test('says what to check where the password is wrong, without either', async () => {
  const url = server.url.replace('secret', 'hidden')
  const error = await connectClickhouse(url).then(
    () => null,
    (cause: Error) => cause.message,
  )
  expect(error).toMatch(/expected a ClickHouse that answers, found ".*Authentication failed/)
  expect(error).not.toMatch(/hidden|secret/)
})

test('an address that is none is wrong usage', async () => {
  await expect(connectClickhouse('clickhouse:9000')).rejects.toThrow(/^--url: expected http/)
})
