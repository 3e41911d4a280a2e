import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { countTable } from '../../pipeline/clickhouse/count_samples.ts'
import { createSamplesTable } from '../../pipeline/clickhouse/sample_columns.ts'
import { ClickhouseTable } from '../../telemetry/collect/clickhouse.ts'
import { exportLine } from '../bench/generate.ts'
import { createRandom } from '../bench/random.ts'
import { post, readStored, runCollector, send } from '../telemetry/collect/support.ts'
import { type ChdbSession, openChdb } from './support/chdb_session.ts'
import { DATABASE, startServer, type TestServer } from './support/http_server.ts'

/** A collector that stores in ClickHouse: chdb, behind as much of the HTTP interface as it needs. */

vi.setConfig({ testTimeout: 120_000 })
const PORT_OF_URL = /:(\d+)\//
const TODAY = new Date().toISOString().slice(0, 10)
const random = createRandom(1)
const makeLines = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    exportLine(random, i % 4, TODAY.slice(0, 7)).replace(/"ts":"[^"]*"/, `"ts":"${TODAY}T00:00:00Z"`),
  )

let chdb: ChdbSession
let server: TestServer
let collector: Awaited<ReturnType<typeof runCollector>>
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clickhouse-collect-'))
  chdb = await openChdb()
  server = await startServer(chdb)
})
afterAll(async () => {
  await collector.close()
  collector.remove()
  await server.close()
  chdb.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a collector starts with a table of samples only', async () => {
  const start = (table: string, url = server.url) => runCollector({ clickhouse: new ClickhouseTable(url, table) })
  await expect(start('samples')).rejects.toThrow('expected a table of samples, found none')
  await expect(start('samples', server.url.replace('secret', 'wrong'))).rejects.toThrow(
    'ClickHouse answered 401, exception code 516',
  )
  await chdb.run(`USE ${DATABASE}`)
  await chdb.run(createSamplesTable('samples'))
  collector = await start('samples')
})

test('a batch is stored where the pipeline counts it, each sample once however often it is sent', async () => {
  const lines = makeLines(300)
  const answer = await post(collector.url, collector.token, lines)
  expect(answer).toMatchObject({ status: 200, body: { accepted: 300, rejected: 0 } })
  await post(collector.url, collector.token, lines.slice(0, 100))
  expect(await countLines()).toEqual({ alice: 300 })
  const [insert] = server.requests.filter(({ parameters }) => parameters.get('query')?.startsWith('INSERT'))
  expect(Object.fromEntries(insert!.parameters)).toMatchObject({ async_insert: '1', wait_for_async_insert: '1' })
  expect(await readStored(collector.dir)).toEqual([])
})

test('a sample that ClickHouse could not count is refused, with the reason', async () => {
  const [good, bad] = makeLines(2) as [string, string]
  const unknown = bad.replace(/"gpu_name":"[^"]*"/, '"gpu_name":"Voodoo 2"')
  const { body } = await post(collector.url, collector.token, ['{', unknown, good])
  expect(body).toMatchObject({ accepted: 1, rejected: 2 })
  expect(body.problems!.map(({ line }) => line)).toEqual([1, 2])
  expect(body.problems![1]!.why).toContain('$.gpu_name: expected a GPU that the catalogue knows, found "Voodoo 2"')
})

test('503 with Retry-After while the server is away, and nothing that was refused is lost', async () => {
  const before = (await countLines()).alice!
  const lines = makeLines(20)
  await server.close()
  const refused = await post(collector.url, collector.token, lines)
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10'])
  expect((await send(`${collector.admin_url}/readyz`, 'GET', null, {})).status).toBe(503)
  expect(collector.log.at(-1)).toContain('ClickHouse does not answer: ECONNREFUSED')
  server = await startServer(chdb, Number(PORT_OF_URL.exec(server.url)![1]))
  expect((await post(collector.url, collector.token, lines)).body).toMatchObject({ accepted: 20 })
  expect((await send(`${collector.admin_url}/readyz`, 'GET', null, {})).status).toBe(200)
  expect(await countLines()).toEqual({ alice: before + 20 })
})

test('503 where the server refuses an insert; its text, which may hold samples, is not logged', async () => {
  const rejecting = new ClickhouseTable(server.url, 'strict')
  await chdb.run(`USE ${DATABASE}`)
  await chdb.run(createSamplesTable('strict'))
  const own = await runCollector({ clickhouse: rejecting })
  await chdb.run('ALTER TABLE strict ADD CONSTRAINT none CHECK tokens_in < 0')
  const refused = await post(own.url, own.token, makeLines(1))
  expect(refused.status).toBe(503)
  const [logged] = own.log.filter((line) => line.includes('store_failed'))
  expect(JSON.parse(logged!)).toEqual({
    event: 'store_failed',
    why: 'ClickHouse answered 500, exception code 62; its own log says more',
  })
  await own.close()
  own.remove()
})

/** Samples that the pipeline counts, by contributor. */
async function countLines(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  await chdb.run(`USE ${DATABASE}`)
  for (const partition of await countTable(chdb, 'samples'))
    for (const { contributor, lines } of partition.strata) counts[contributor] = (counts[contributor] ?? 0) + lines
  return counts
}
