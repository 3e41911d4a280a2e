import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { Config } from '../../../telemetry/config/schema.ts'
import { createTelemetry } from '../../../telemetry/create_telemetry.ts'
import { startGateway } from '../../../telemetry/gateway/start_gateway.ts'
import { startEngineDouble } from '../../support/engine_doubles/index.ts'
import { A100 } from '../support/recorder.ts'
import { ENGINES, pathOf, ROUTES } from './support/routes.ts'
import { send } from './support/send.ts'

/** What clients send and engines answer that must never be kept. The last ones are texts of the doubles' answers. */
const CANARIES = {
  prompt: 'CANARY-PROMPT-7f3a',
  user: 'CANARY-USER-51bd',
  key: 'sk-CANARY-KEY-e09c',
  tenant: 'CANARY-TENANT-2d4e',
  query: 'CANARY-QUERY-90aa',
  answer: 'dréi',
  answer_escaped: 'dr\\u00e9i',
  other_answer: '五',
}
const FAST = { ttft_ms: 2, tpot_ms: 0.5, tokens: 6 }
const OUTCOMES = [
  {},
  { outcome: 'error', status: 400 },
  { outcome: 'error', status: 429 },
  { outcome: 'error_event' },
  { outcome: 'reset' },
]

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** A receiver of uploads that keeps what it was sent. */
async function startReceiver(): Promise<{ url: string; received: string[] }> {
  const received: string[] = []
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    received.push(`${request.url} ${JSON.stringify(request.rawHeaders)} ${plain.toString()}`)
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => server.close().closeAllConnections())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}

function readTree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name)).toString('utf8')}`)
}

/** Sends tasks with canaries in every place through every route, well and badly, and returns all that was kept of them. */
async function sendThroughEverything(
  env: NodeJS.ProcessEnv,
  { form, ...settings }: { form?: string; raw_tenant_ids?: boolean },
) {
  const home = mkdtempSync(join(tmpdir(), 'orch-canary-'))
  stops.push(() => rmSync(home, { recursive: true, force: true }))
  const receiver = await startReceiver()
  const texts: string[] = []
  let recorded = 0
  for (const engine of [...ENGINES, 'llama-orch' as const]) {
    const double = await startEngineDouble(engine, FAST)
    const config = Config.parse({
      listen: '127.0.0.1:0',
      upstream: [{ url: double.url, max_concurrency: 1, models: ['*a*', '*e*', '*i*', '*o*'] }],
      drain_s: 1,
      telemetry: {
        tenant_header: 'X-Tenant',
        buffer: { dir: join(home, 'buffer') },
        jsonl: { path: join(home, 'samples.jsonl') },
        http: { url: `${receiver.url}/samples`, form },
        otlp: { url: `${receiver.url}/v1/traces` },
        ...settings,
      },
    })
    const say = (text: string) => void texts.push(text)
    const telemetry = createTelemetry({
      config: config.telemetry,
      env: { HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, ...env },
      gpu: A100,
      timing_source: 'gateway',
      warn: say,
    })
    const gateway = await startGateway({ config, telemetry, log: say })
    await gateway.detected
    await sendAll(gateway.url, engine)
    await telemetry.flush(60_000)
    texts.push(
      (await send(gateway.admin_url!, '/metrics', null)).body,
      (await send(gateway.admin_url!, '/healthz', null)).body,
    )
    recorded += telemetry.snapshot().samples.recorded
    await gateway.close()
    await double.close()
  }
  return { kept: [...texts, ...receiver.received, ...readTree(home)], recorded, receiver, home }
}

async function sendAll(url: string, engine: string): Promise<void> {
  const headers = {
    authorization: `Bearer ${CANARIES.key}`,
    'x-api-key': CANARIES.key,
    'x-tenant': CANARIES.tenant,
    cookie: `session=${CANARIES.user}`,
  }
  const marked = {
    messages: [{ role: 'user', content: CANARIES.prompt }],
    prompt: CANARIES.prompt,
    input: CANARIES.prompt,
    user: CANARIES.user,
  }
  const ask = (path: string, body: object | null, outcome: object = {}) =>
    send(url, `${path}?trace=${CANARIES.query}`, body, {
      headers: { ...headers, 'x-double': JSON.stringify(outcome) },
    }).catch(() => null)
  for (const route of ROUTES.filter((known) => known.engine === engine)) {
    for (const stream of [true, false]) {
      const body = { ...route.body(stream), ...marked, inputs: CANARIES.prompt }
      for (const outcome of OUTCOMES) await ask(pathOf(route, stream), body, outcome)
      // Two at once, where one has a place: the other is refused.
      await Promise.all([ask(pathOf(route, stream), body), ask(pathOf(route, stream), body)])
    }
  }
  const id = `task-${CANARIES.user}`
  await ask('/v2/tasks', { model_ref: 'hf:Qwen/Qwen3-8B', task_id: id, ...marked })
  await ask(`/v2/tasks/${id}/events`, null)
  await ask('/v2/tasks', { model_ref: 'hf:Qwen/Qwen3-8B', ...marked }, { outcome: 'error', status: 503 })
  await ask('/v1/chat/completions', { model: 'XYZ', ...marked })
  await ask('/v1/chat/completions', { ...marked })
  await ask('/v1/files', marked)
  await ask('/v1/models', null)
}

describe('what clients send and engines answer', () => {
  test.each([
    ['off', {}, {}],
    ['off by DO_NOT_TRACK', { DO_NOT_TRACK: '1', ORCH_TELEMETRY_ENABLED: 'true' }, {}],
    ['on', { ORCH_TELEMETRY_ENABLED: 'true' }, {}],
    ['on, samples sent as recorded', { ORCH_TELEMETRY_ENABLED: 'true' }, { form: 'event' }],
    ['on, tenants anonymised', { ORCH_TELEMETRY_ENABLED: 'true', ORCH_TELEMETRY_ANON: '1' }, { raw_tenant_ids: true }],
  ])('is in no file, log line, metric or upload: telemetry %s', async (mode, env, settings) => {
    const run = await sendThroughEverything(env, settings)
    for (const [name, canary] of Object.entries(CANARIES)) {
      const found = run.kept.filter((text) => text.includes(canary) || text.includes(canary.toLowerCase()))
      expect(
        found.map((text) => text.slice(0, 400)),
        name,
      ).toEqual([])
    }
    if (mode.startsWith('off')) {
      expect([run.recorded, run.receiver.received, readdirSync(run.home)]).toEqual([0, [], []])
    } else {
      expect(run.recorded).toBeGreaterThan(250)
      // The tenant was read, and is there under a pseudonym.
      expect(run.kept.some((text) => /"tenant_id":"anon:[0-9a-f]{32}".*"exit":"ok"/.test(text))).toBe(true)
      expect(run.receiver.received.some((text) => text.startsWith('/samples'))).toBe(true)
      expect(run.receiver.received.some((text) => text.startsWith('/v1/traces'))).toBe(true)
    }
  })
})
