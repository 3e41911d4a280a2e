import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Manifest } from '../../contracts/index.ts'
import { main } from '../../pipeline/cli.ts'
import { connectClickhouse } from '../../pipeline/clickhouse/connect.ts'
import { countTable } from '../../pipeline/clickhouse/count_samples.ts'
import { callCommand } from '../support/call_command.ts'
import { type ChdbSession, openChdb } from './support/chdb_session.ts'
import { writeVariedCorpus } from './support/corpus.ts'
import { DATABASE, startServer, type TestServer } from './support/http_server.ts'

/** Whole commands, and the client that talks to a ClickHouse server, against a small server in front of chdb. */

vi.setConfig({ testTimeout: 120_000 })
const run = promisify(execFile)

let folder: string
let dataDir: string
let chdb: ChdbSession
let server: TestServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clickhouse-http-'))
  dataDir = join(folder, 'data')
  writeVariedCorpus(dataDir, 7, 150)
  // Of samples with equal ids the files' path counts that of the earliest month, then that of the contributor's first path.
  copyLines('contributor-3/2026-08', 'contributor-1/2026-09')
  copyLines('contributor-4/2026-09', 'contributor-4/2026-09')
  for (const part of ['catalog', 'policy.json', 'curated/localscore'])
    cpSync(join('data', part), join(dataDir, part), { recursive: true })
  chdb = await openChdb()
  server = await startServer(chdb)
})
afterAll(async () => {
  await server.close()
  chdb.close()
  rmSync(folder, { recursive: true, force: true })
})

function copyLines(from: string, to: string): void {
  const lines = readFileSync(join(dataDir, 'exports', from, 'a.jsonl'), 'utf8')
    .split('\n')
    .slice(0, 40)
  writeFileSync(join(dataDir, 'exports', to, 'copies.jsonl'), `${[...lines, lines[0]].join('\n')}\n`)
}

async function build(name: string, ...options: string[]): Promise<Manifest> {
  const out = join(folder, name, 'data')
  await run(process.execPath, ['pipeline/cli.ts', '--keep-going', '--data', dataDir, '--out', out, ...options])
  return Manifest.parse(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')))
}

test('stored samples take the place of exports, and the same bytes are published', async () => {
  const expected = await build('files', '--no-cache')
  expect(expected.files.find(({ name }) => name === 'cells.arrow')!.rows).toBeGreaterThan(20)
  const exports = expected.inputs.filter(({ kind }) => kind === 'community')
  const accepted = exports.reduce((sum, file) => sum + file.accepted, 0)
  const duplicates = exports.reduce((sum, file) => sum + file.quarantined, 0)
  expect(duplicates).toBeGreaterThan(60)
  const rejected = exports.reduce((sum, file) => sum + file.rejected, 0)
  expect(rejected).toBeGreaterThan(0)
  const store = ['pipeline/clickhouse/store_samples.ts', '--data', dataDir, '--url', server.url]
  const { stdout } = await run(process.execPath, store)
  expect(stdout).toBe(`${(accepted + duplicates).toLocaleString('en')} samples stored, ${rejected} lines left out\n`)
  const options = ['--engine', 'clickhouse', '--url', server.url, '--samples', 'samples']
  const found = await build('samples', '--cache', join(folder, 'cache'), ...options)
  expect(found.files).toEqual(expected.files)
  expect(found.collecting).toEqual(expected.collecting)
  expect(found.inputs).toEqual(expected.inputs.filter(({ kind }) => kind === 'curated'))
  expect(found.tools).toEqual({ ...expected.tools, clickhouse: expect.stringMatching(/^26\./) })
  expect(new Set(server.requests.map(({ parameters }) => parameters.get('database')))).toEqual(new Set([DATABASE]))
})

test('the table of samples can be printed', async () => {
  const print = ['pipeline/clickhouse/store_samples.ts', '--print-table', '--samples', 'mine']
  const { stdout } = await run(process.execPath, print)
  await chdb.run(stdout)
  const columns = await chdb.read<{ name: string }>("SELECT name FROM system.columns WHERE table = 'mine'")
  expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining(['contributor', 'model_id', 'host_id']))
})

test.each([
  [['--engine', 'sqlite'], '--engine: expected duckdb or clickhouse, found "sqlite"'],
  [
    ['--engine', 'clickhouse', '--url', 'http://localhost'],
    '--samples: expected a table of samples that lies in ClickHouse, found none. Fix: store them with "node pipeline/clickhouse/store_samples.ts" and name the table, or leave out --engine to count those in files.',
  ],
  [['--engine', 'clickhouse', '--samples', 's'], '--url: expected the address of a ClickHouse, found none'],
  [['--url', 'http://localhost'], '--url and --samples: expected with --engine clickhouse only'],
])('%j is wrong usage', async (options, message) => {
  expect(await callCommand(main, options)).toMatchObject({ code: 2, stderr: `${message}\n` })
})

test('names the statement that failed, with what the server says', async () => {
  const database = await connectClickhouse(server.url)
  try {
    await expect(countTable(database, 'nowhere')).rejects.toThrow(
      /^pipeline\/sql\/clickhouse\/strata_of_samples\.sql: .*nowhere/s,
    )
  } finally {
    await database.close()
  }
})

const PASSWORDS = ['s3cret', 'p@ss/w:rd?#', '100% @/@', 'http://a@b/c', 'ünïcode@/']

test.each(PASSWORDS)('says what to check where nothing answers, without the password “%s”', async (password) => {
  for (const written of [password, encodeURIComponent(password)])
    await expect(connectClickhouse(`http://writer:${written}@127.0.0.1:1/default`)).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:1\/default: expected a ClickHouse that answers, found ".*ECONNREFUSED.*"\. Fix: check address, user and password\.$/,
    )
})

test.each(PASSWORDS)('passes the password “%s” on, written as it is or encoded', async (password) => {
  const authorization = `Basic ${Buffer.from(`writer:${password}`).toString('base64')}`
  for (const written of [password, encodeURIComponent(password)]) {
    const asked = server.requests.length
    const error = await connectClickhouse(server.url.replace('writer:secret', `writer:${written}`)).catch(String)
    expect(error).toMatch(/expected a ClickHouse that answers, found ".*Authentication failed/)
    expect(error).not.toContain(password)
    expect(server.requests.slice(asked).map((request) => request.authorization)).toEqual([authorization])
    expect(server.requests.at(-1)!.parameters.get('database')).toBe(DATABASE)
  }
})

test('a password in an address that is none is not shown', async () => {
  const error = await connectClickhouse('clickhouse://writer:p@ss/word@host:9000').catch(String)
  expect(error).toMatch(/--url: expected http.*found "clickhouse:\/\/host:9000"/)
})

test('an address that is none is wrong usage', async () => {
  await expect(connectClickhouse('clickhouse:9000')).rejects.toThrow(/^--url: expected http/)
})
