import { writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PageReport } from '../../../contracts/host_report.ts'
import { type ServedUi, serveUi } from '../../../telemetry/ui/serve_ui.ts'
import { callOrch, makeHome } from '../cli/support/call_orch.ts'
import { bufferOf, fillBuffer, makeEvent } from '../cli/support/fill_buffer.ts'
import { runGateway } from '../gateway/support/run_gateway.ts'
import { makeFolder } from '../support/run_orch.ts'

const PAGE = '<!doctype html><title>page</title>'
const HOUR_MS = 3_600_000
let ui: ServedUi

/** Ten hours of each of two versions, of which the second is slower by a quarter. */
async function fill(dir: string): Promise<void> {
  const events = Array.from({ length: 40 }, (_, i) =>
    makeEvent({
      job_id: `job-${i}`,
      ts: new Date(Date.now() - (21 - i / 2) * HOUR_MS).toISOString(),
      engine_version: i < 20 ? '0.10.0' : '0.11.0',
      tokens_out: 101,
      decode_time_ms: (i < 20 ? 1000 : 1333) + (i % 5),
    }),
  )
  await fillBuffer(dir, events)
}

beforeAll(async () => {
  const dir = makeFolder()
  await fill(dir)
  const status = () => ({ telemetry: 'local', buffers: [dir] }) as const
  ui = await serveUi({ status, allowed_hosts: ['box.example'], readPage: () => PAGE }, 0)
})
afterAll(() => ui.close())

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** Not `fetch`, which sets the Host header itself. */
function ask(path: string, { method = 'GET', headers = {} }: { method?: string; headers?: object } = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest(new URL(path, ui.url), { method, headers: { ...headers } }, async (response) => {
      let body = ''
      for await (const chunk of response) body += chunk
      resolve({ status: response.statusCode!, headers: response.headers, body })
    })
    request.once('error', reject)
    request.end()
  })
}

describe('the paths of orch ui', () => {
  it('are the page and its figures, which no other page may frame or read', async () => {
    const page = await ask('/ui')
    expect([page.status, page.body]).toEqual([200, PAGE])
    expect(page.headers).toMatchObject({
      'content-security-policy': "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(Object.keys(page.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect((await ask('/ui/', { method: 'HEAD' })).body).toBe('')
    expect(JSON.parse((await ask('/ui/status.json')).body)).toMatchObject({ telemetry: 'local' })
  })

  it('give the report of the span, with what the last update did', async () => {
    const { headers, body } = await ask('/ui/report.json?since=24h')
    expect(headers['content-type']).toBe('application/json')
    const { tasks, rows, comparisons } = JSON.parse(body) as PageReport
    expect([tasks, rows.map(({ engine_version, decode_tps_p50 }) => [engine_version, decode_tps_p50])]).toEqual([
      40,
      [
        ['0.10.0', 99.8],
        ['0.11.0', 75.3],
      ],
    ])
    expect(comparisons[0]!.changes[0]).toMatchObject({ metric: 'decode_tps', verdict: 'slower' })
    const byModel = JSON.parse((await ask('/ui/report.json?by=model&since=7d')).body) as PageReport
    expect(byModel.rows.map(({ engine_version, tasks }) => [engine_version, tasks])).toEqual([[null, 40]])
  })

  it.each([
    ['another method', '/ui', { method: 'POST' }, 405],
    ['a name that a web page gave this host', '/ui', { headers: { host: 'evil.example' } }, 403],
    ['an address of the network', '/ui/report.json', { headers: { host: '192.168.1.4:9464' } }, 403],
    ['the script of another site', '/ui/report.json', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    ['the script of another port', '/ui/status.json', { headers: { 'sec-fetch-site': 'same-site' } }, 403],
    ['an unknown key', '/ui/report.json?by=tenant', {}, 400],
    ['an unknown span', '/ui/report.json?since=toString', {}, 400],
    ['an unknown path', '/ui/../etc/passwd', {}, 404],
    ['a path below', '/ui/x', {}, 404],
  ])('refuse %s', async (_, path, options, status) => {
    expect((await ask(path, options)).status).toBe(status)
  })

  it.each([['localhost:1'], ['[::1]:9464'], ['box.example']])('answer to %s', async (host) => {
    expect((await ask('/ui', { headers: { host } })).status).toBe(200)
  })
})

describe('a running gateway', () => {
  it('serves them where it answers its own paths, is found by orch ui, and reads an empty buffer', async () => {
    const env = makeHome()
    const gateway = await runGateway({ upstream: [{ url: 'http://127.0.0.1:1' }], telemetry: false, env })
    const address = gateway.admin_url!.replace('http://', '')
    const config = join(makeFolder(), 'config.toml')
    writeFileSync(config, `admin_listen = "${address}"\n`)
    const { code, out } = await callOrch(['ui', '--config', config], { env })
    expect([code, out]).toEqual([0, `http://${address}/ui\n`])
    const report = (await (await fetch(`http://${address}/ui/report.json`)).json()) as PageReport
    expect(report).toMatchObject({ tasks: 0, rows: [], comparisons: [] })
    await fill(`${bufferOf(env)}-local`)
    expect(await (await fetch(`http://${address}/ui/report.json?by=hour`)).json()).toMatchObject({ tasks: 40 })
    expect((await fetch(`${gateway.url}/ui`)).status).toBe(502)
    await gateway.close()
  })
})
