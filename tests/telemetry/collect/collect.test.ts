import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportMonth } from '../../../telemetry/collect/export_month.ts'
import { removePastMonths } from '../../../telemetry/collect/retention.ts'
import { Tokens } from '../../../telemetry/collect/tokens.ts'
import { fillableDisk, makeLines, newFolder, post, readStored, runCollector, send } from './support.ts'

/** For answers that count against a limit. */
const SELDOM = { interval: 600, timeout: 60_000 }
type Collector = Awaited<ReturnType<typeof runCollector>>
const MONTH = new Date().toISOString().slice(0, 7)
let collector: Collector
let disk: ReturnType<typeof fillableDisk>
beforeEach(async () => {
  disk = fillableDisk()
  collector = await runCollector({ files: disk.files })
})
afterEach(async () => {
  await collector.close()
  collector.remove()
})

test('a batch is answered when it is stored, once, under the contributor of its token', async () => {
  const lines = makeLines(50)
  expect(await post(collector.url, collector.token, lines)).toMatchObject({
    status: 200,
    body: { accepted: 50, duplicates: 0, rejected: 0, problems: [] },
  })
  expect((await readStored(collector.dir)).sort()).toEqual([...lines].sort())
  expect(statSync(join(collector.dir, 'samples', 'alice', MONTH)).mode & 0o777).toBe(0o700)
  const again = await post(collector.url, collector.token, [...lines, ...makeLines(2, 'other')])
  expect(again.body).toMatchObject({ accepted: 2, duplicates: 50 })
  expect(await readStored(collector.dir)).toHaveLength(52)
})

test('two contributors may have samples of the same id; a batch with one sample twice stores it once', async () => {
  const bob = await new Tokens(collector.token_file).create('bob', null, new Date())
  await expect.poll(async () => (await post(collector.url, bob.token, makeLines(3))).body.duplicates).toBe(3)
  const twice = await post(collector.url, collector.token, [...makeLines(3), ...makeLines(3)])
  expect(twice.body).toMatchObject({ accepted: 3, duplicates: 3 })
})

test('each line has its verdict; a batch of which nothing is accepted is refused', async () => {
  const [good] = makeLines(1) as [string]
  const bad = [good.replace('"tokens_in"', '"prompt"'), '{', makeLines(1, 'old', '2024-01-05T00:00:00Z')[0]!]
  const mixed = await post(collector.url, collector.token, [bad[0]!, good, '', bad[1]!, bad[2]!])
  expect(mixed.body).toMatchObject({ accepted: 1, rejected: 3 })
  expect(mixed.body.problems!.map(({ line }) => line)).toEqual([1, 4, 5])
  expect(mixed.body.problems![2]!.why).toContain('found 2024-01-05')
  expect((await post(collector.url, collector.token, bad)).status).toBe(422)
})

describe('refuses', () => {
  const NDJSON = { 'content-type': 'application/x-ndjson' }
  const plain = () => Buffer.from(`${makeLines(1)[0]}\n`)
  const ask = (method: string, path: string, body: Buffer | null, headers: Record<string, string>) =>
    send(`${collector.url}${path}`, method, body, { authorization: `Bearer ${collector.token}`, ...headers })

  test.each<[number, string, () => Promise<{ status: number }>]>([
    [404, 'another path', () => ask('POST', '/v2/samples', plain(), NDJSON)],
    [405, 'another method', () => ask('GET', '/v1/samples', null, NDJSON)],
    [401, 'no token', () => post(collector.url, null, makeLines(1))],
    [401, 'a wrong token', () => post(collector.url, 'orch_wrong', makeLines(1))],
    [411, 'no length', () => ask('POST', '/v1/samples', plain(), { ...NDJSON, 'transfer-encoding': 'chunked' })],
    [415, 'another type', () => ask('POST', '/v1/samples', plain(), { 'content-type': 'application/json' })],
    [415, 'another coding', () => ask('POST', '/v1/samples', plain(), { ...NDJSON, 'content-encoding': 'br' })],
    [413, 'too many bytes', () => ask('POST', '/v1/samples', Buffer.alloc(8 * 1024 * 1024 + 1), NDJSON)],
    [
      413,
      'a bomb',
      () =>
        post(collector.url, collector.token, gzipSync(Buffer.alloc(33 * 1024 * 1024)), { 'content-encoding': 'gzip' }),
    ],
    [
      400,
      'damaged gzip',
      () => post(collector.url, collector.token, gzipSync(plain()).subarray(4), { 'content-encoding': 'gzip' }),
    ],
    [400, 'no line', () => post(collector.url, collector.token, ['', ' '])],
    [422, 'lines of no sample', () => post(collector.url, collector.token, ['{}'])],
  ])('%d: %s', async (status, _, act) => {
    expect((await act()).status).toBe(status)
    // The connection or the next one serves on.
    expect((await post(collector.url, collector.token, makeLines(1))).status).toBe(200)
  })

  test('403: a token that has expired, 401: one that was revoked', async () => {
    const tokens = new Tokens(collector.token_file)
    const { token } = await tokens.create('carol', '2020-01-01T00:00:00.000Z', new Date())
    await expect.poll(async () => (await post(collector.url, token, makeLines(1))).status, SELDOM).toBe(403)
    await tokens.revoke('alice')
    await expect.poll(async () => (await post(collector.url, collector.token, makeLines(1))).status, SELDOM).toBe(401)
  })

  test('429 with Retry-After: more than the rate, and many wrong tokens', async () => {
    const slow = await runCollector({ rate: 1 })
    expect((await post(slow.url, slow.token, makeLines(100))).status).toBe(200)
    const refused = await post(slow.url, slow.token, makeLines(1))
    expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true])
    // Another token has a rate of its own.
    const second = await new Tokens(slow.token_file).create('alice', null, new Date())
    await expect.poll(async () => (await post(slow.url, second.token, makeLines(1, 'own'))).status).toBe(200)
    for (let i = 0; i < 12; i++) await post(slow.url, 'orch_wrong', makeLines(1))
    expect((await post(slow.url, 'orch_wrong', makeLines(1))).status).toBe(429)
    await slow.close()
    slow.remove()
  })

  test('503 with Retry-After while the file of tokens cannot be used, and says so to the operator', async () => {
    const good = readFileSync(collector.token_file, 'utf8')
    const readiness = async () => (await send(`${collector.admin_url}/readyz`, 'GET', null, {})).status
    writeFileSync(collector.token_file, '{"tokens": [')
    await expect.poll(readiness).toBe(503)
    const refused = await post(collector.url, collector.token, makeLines(1))
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '30'])
    const logged = collector.log.filter((line) => line.includes('tokens_unusable'))
    expect(logged).toHaveLength(1)
    expect(JSON.parse(logged[0]!).why).toContain(`${collector.token_file}: expected a file of tokens`)
    writeFileSync(collector.token_file, good)
    await expect.poll(readiness).toBe(200)
    expect((await post(collector.url, collector.token, makeLines(1))).status).toBe(200)
  })

  test('507 while the disk is full, and loses nothing', async () => {
    expect((await post(collector.url, collector.token, makeLines(2))).status).toBe(200)
    disk.full = true
    const refused = await post(collector.url, collector.token, makeLines(5))
    expect([refused.status, refused.headers['retry-after']]).toEqual([507, '60'])
    disk.full = false
    expect((await post(collector.url, collector.token, makeLines(5))).body).toMatchObject({
      accepted: 3,
      duplicates: 2,
    })
    expect(await readStored(collector.dir)).toHaveLength(5)
  })
})

test('a collector that starts again knows what it has stored, whatever a crash left behind', async () => {
  await post(collector.url, collector.token, makeLines(10))
  // Not closed: as after kill -9. Another process would look at the same files.
  const next = await runCollector({ dir: collector.dir })
  expect((await post(next.url, next.token, makeLines(12))).body).toMatchObject({ accepted: 2, duplicates: 10 })
  await next.close()
})

test('batches that come at once are stored together, each with its own answer', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => post(collector.url, collector.token, makeLines(10, `batch-${i % 20}`))),
  )
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  expect(answers.reduce((sum, { body }) => sum + body.accepted!, 0)).toBe(200)
  expect(await readStored(collector.dir)).toHaveLength(200)
})

test('an export hands over each sample once, in an order of its own, and past months are deleted', async () => {
  await post(collector.url, collector.token, makeLines(30))
  const out = newFolder()
  expect(await exportMonth(collector.dir, MONTH, out)).toEqual([{ contributor: 'alice', files: 1, samples: 30 }])
  const file = join(out, 'alice', MONTH, 'collected-001.jsonl.gz')
  const ids = gunzipSync(readFileSync(file))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).job_id as string)
  expect(ids).toEqual([...new Set(ids)].sort())
  expect(await removePastMonths(collector.dir, 90, Date.now())).toBe(0)
  expect(await removePastMonths(collector.dir, 90, Date.now() + 130 * 86_400_000)).toBe(1)
  expect(await readStored(collector.dir)).toEqual([])
})

test('nothing of a request but its samples reaches a file, the log or the metrics', async () => {
  const canary = 'CANARY-2f7c'
  const [line] = makeLines(1) as [string]
  const bad = Object.entries(JSON.parse(line) as object).map(([key]) =>
    JSON.stringify({ ...JSON.parse(line), [key]: canary }),
  )
  const names = [
    'user-agent',
    'cookie',
    'referer',
    'x-forwarded-for',
    'forwarded',
    'x-request-id',
    'traceparent',
    'accept',
  ]
  const marked = Object.fromEntries([...names, 'idempotency-key', 'host', canary].map((name) => [name, canary]))
  await post(collector.url, collector.token, [line, ...bad, `{"${canary}":1}`, canary], marked)
  await post(`${collector.url}/${canary}?${canary}`, canary, [line], marked)
  await post(collector.url, collector.token, Buffer.from(canary), { ...marked, 'content-type': canary })
  for (const name of ['content-encoding', 'authorization'])
    await post(collector.url, null, Buffer.from(canary), { ...marked, [name]: canary })
  await send(`${collector.url}/${canary}`, canary.replace('-', ''), null, marked).catch(() => undefined)
  disk.full = true
  expect((await post(collector.url, collector.token, makeLines(1, 'other'), marked)).status).toBe(507)
  const good = readFileSync(collector.token_file)
  writeFileSync(collector.token_file, 'broken')
  await expect.poll(async () => (await post(collector.url, canary, [line], marked)).status).toBe(503)
  writeFileSync(collector.token_file, good)
  const metrics = (await send(`${collector.admin_url}/metrics`, 'GET', null, {})).body.error!
  expect(metrics).toContain('orch_collect_samples_total{verdict="accepted"} 1')
  expect(metrics).toContain('orch_collect_requests_total{status="415"} 1')
  const files = (await readdir(collector.dir, { recursive: true })).map((name) => join(collector.dir, name))
  const texts = files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path, 'utf8'))
  expect(texts.length).toBeGreaterThan(1)
  for (const kept of [metrics, ...collector.log, ...files, ...texts]) expect(kept).not.toContain(canary)
})

test('a sender that stops within its headers is cut off', async () => {
  const socket = connect(Number(new URL(collector.url).port), '127.0.0.1')
  socket.write('POST /v1/samples HTTP/1.1\r\nHost: x\r\n')
  const answer = await new Promise<string>((resolve) => {
    let text = ''
    socket.on('data', (chunk) => (text += chunk)).on('close', () => resolve(text))
  })
  expect(answer).toMatch(/^HTTP\/1\.1 408/)
})

test('tokens that are made and revoked at the same time do not undo each other', async () => {
  const names = Array.from({ length: 8 }, (_, i) => `host-${i}`)
  const change = (name: string) => new Tokens(collector.token_file).create(name, null, new Date())
  await Promise.all([...names.map(change), new Tokens(collector.token_file).revoke('alice')])
  const listed = await new Tokens(collector.token_file).list()
  expect(listed.map(({ contributor }) => contributor).sort()).toEqual(names)
})

test('samples without a token are taken only where that is allowed', async () => {
  const open = await runCollector({ allow_anonymous: true })
  expect((await post(open.url, null, makeLines(1))).status).toBe(200)
  expect((await post(open.url, 'orch_wrong', makeLines(1))).status).toBe(401)
  await open.close()
  open.remove()
})
