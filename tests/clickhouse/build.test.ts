import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Manifest } from '../../contracts/index.ts'
import { type ChdbSession, openChdb } from './support/chdb_session.ts'
import { writeVariedCorpus } from './support/corpus.ts'
import { startServer, type TestServer } from './support/http_server.ts'

/** Whole builds from the command line: what ClickHouse publishes is what DuckDB publishes, byte for byte. */

vi.setConfig({ testTimeout: 120_000 })
const run = promisify(execFile)

let folder: string
let dataDir: string
let chdb: ChdbSession
let server: TestServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clickhouse-build-'))
  dataDir = join(folder, 'data')
  writeVariedCorpus(dataDir, 7, 150)
  cpSync('data/catalog', join(dataDir, 'catalog'), { recursive: true })
  cpSync('data/policy.json', join(dataDir, 'policy.json'))
  chdb = await openChdb()
  server = await startServer(chdb)
})
afterAll(async () => {
  await server.close()
  chdb.close()
  rmSync(folder, { recursive: true, force: true })
})

async function build(name: string, ...options: string[]): Promise<Manifest> {
  const out = join(folder, name, 'data')
  await run(process.execPath, ['pipeline/cli.ts', '--keep-going', '--data', dataDir, '--out', out, ...options])
  return Manifest.parse(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')))
}

test('a build with ClickHouse publishes the same bytes, and says what computed them', async () => {
  const expected = await build('duckdb', '--no-cache')
  expect(expected.files.find(({ name }) => name === 'cells.arrow')!.rows).toBeGreaterThan(5)
  const found = await build(
    'clickhouse',
    '--cache',
    join(folder, 'cache'),
    '--engine',
    'clickhouse',
    '--url',
    server.url,
  )
  expect(found).toEqual({ ...expected, tools: { ...expected.tools, clickhouse: expect.stringMatching(/^26\./) } })
})

test('stored samples can be aggregated in the place of files', async () => {
  const expected = await build('files', '--no-cache')
  const store = ['pipeline/clickhouse/store_samples.ts', '--data', dataDir, '--url', server.url]
  const { stdout } = await run(process.execPath, store)
  const accepted = expected.inputs.reduce((sum, file) => sum + file.accepted, 0)
  const rejected = expected.inputs.reduce((sum, file) => sum + file.rejected, 0)
  expect(rejected).toBeGreaterThan(0)
  expect(stdout).toBe(`${accepted.toLocaleString('en')} samples stored, ${rejected} lines left out\n`)
  const found = await build(
    'samples',
    '--no-cache',
    '--engine',
    'clickhouse',
    '--url',
    server.url,
    '--samples',
    'samples',
  )
  expect(found.files).toEqual(expected.files)
  expect(found.inputs).toEqual([])
})

test('the table of samples can be printed', async () => {
  const { stdout } = await run(process.execPath, [
    'pipeline/clickhouse/store_samples.ts',
    '--print-table',
    '--samples',
    'mine',
  ])
  await chdb.run(stdout)
  const columns = await chdb.read<{ name: string }>("SELECT name FROM system.columns WHERE table = 'mine'")
  expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining(['contributor', 'model_id', 'decode_time_ms']))
})

test.each([
  [['--engine', 'sqlite'], '--engine: expected duckdb or clickhouse, found "sqlite"'],
  [['--engine', 'clickhouse'], '--url: expected the address of a ClickHouse, found none'],
  [['--url', 'http://localhost'], '--url and --samples: expected with --engine clickhouse only'],
])('%j is wrong usage', async (options, message) => {
  const refused = run(process.execPath, ['pipeline/cli.ts', ...options])
  await expect(refused).rejects.toMatchObject({ code: 2, stderr: `${message}\n` })
})
