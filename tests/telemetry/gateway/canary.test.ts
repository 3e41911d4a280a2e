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
  model: 'CANARY-MODEL-77c1',
  metadata: 'CANARY-METADATA-3b9e',
  tool: 'CANARY_TOOL_c0de',
  path: 'CANARY-PATH-5a5a',
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
  outcomes: readonly object[],
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
    await sendAll(gateway.url, engine, outcomes)
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

/** Where an engine refuses a model that it does not have. */
const REFUSING: Record<string, string> = { ollama: '/api/chat' }

async function sendAll(url: string, engine: string, outcomes: readonly object[]): Promise<void> {
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
    metadata: { session: CANARIES.metadata },
    tools: [{ type: 'function', function: { name: CANARIES.tool, parameters: {} } }],
  }
  const ask = (path: string, body: object | null, outcome: object = {}) =>
    send(url, `${path}?trace=${CANARIES.query}`, body, {
      headers: { ...headers, 'x-double': JSON.stringify(outcome) },
    }).catch(() => null)
  for (const route of ROUTES.filter((known) => known.engine === engine)) {
    for (const stream of [true, false]) {
      const body = { ...route.body(stream), ...marked, inputs: CANARIES.prompt }
      for (const outcome of outcomes) await ask(pathOf(route, stream), body, outcome)
      // Two at once, where one has a place: the other is refused.
      await Promise.all([ask(pathOf(route, stream), body), ask(pathOf(route, stream), body)])
    }
  }
  const id = `task-${CANARIES.user}`
  await ask('/v2/tasks', { model_ref: 'hf:Qwen/Qwen3-8B', task_id: id, ...marked })
  await ask(`/v2/tasks/${id}/events`, null)
  await ask('/v2/tasks', { model_ref: 'hf:Qwen/Qwen3-8B', ...marked }, { outcome: 'error', status: 503 })
  await ask('/v1/chat/completions', { model: 'XYZ', ...marked })
  // Names that the engine refuses: a key, a file, a repository.
  for (const model of [CANARIES.key, CANARIES.model, `jane/${CANARIES.model}`, `/home/${CANARIES.user}/a.gguf`])
    await ask(REFUSING[engine] ?? '/v1/chat/completions', { model, ...marked }, { outcome: 'error', status: 404 })
  await ask(`/${CANARIES.path}/v1/chat/completions`, { model: 'a', ...marked }, { outcome: 'error', status: 404 })
  await ask(`/${CANARIES.path}`, null)
  await ask('/v1/chat/completions', { ...marked })
  await ask('/v1/files', marked)
  await ask('/v1/models', null)
}

describe('what clients send and engines answer', () => {
  // What is read of an answer goes by the outcome, and is the same however it is written: the other ways need no more than one of each.
  const SOME = OUTCOMES.slice(0, 2)
  test.each([
    ['off', {}, {}, OUTCOMES],
    ['off by DO_NOT_TRACK', { DO_NOT_TRACK: '1', ORCH_TELEMETRY_ENABLED: 'true' }, {}, SOME],
    ['on', { ORCH_TELEMETRY_ENABLED: 'true' }, {}, OUTCOMES],
    ['on, samples sent as recorded', { ORCH_TELEMETRY_ENABLED: 'true' }, { form: 'event' }, SOME],
    [
      'on, tenants anonymised',
      { ORCH_TELEMETRY_ENABLED: 'true', ORCH_TELEMETRY_ANON: '1' },
      { raw_tenant_ids: true },
      SOME,
    ],
  ])('is in no file, log line, metric or upload: telemetry %s', async (mode, env, settings, outcomes) => {
    const run = await sendThroughEverything(env, settings, outcomes)
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
      expect(run.recorded).toBeGreaterThan(50 * outcomes.length)
      // The tenant was read, and is there under a pseudonym.
      expect(run.kept.some((text) => /"tenant_id":"anon:[0-9a-f]{32}".*"exit":"ok"/.test(text))).toBe(true)
      expect(run.receiver.received.some((text) => text.startsWith('/samples'))).toBe(true)
      expect(run.receiver.received.some((text) => text.startsWith('/v1/traces'))).toBe(true)
    }
  })
})

/** What an engine says of itself and of a task. `listed` is the name of a model that it lists and serves. */
const SAID = {
  version: 'CANARY-VERSION-11aa',
  root: 'CANARY-ROOT-22bb',
  other_model: 'CANARY-OTHER-33cc',
  listed: 'CANARY-LISTED-44dd',
  response_model: 'CANARY-RESPONSE-55ee',
  error: 'CANARY-ERROR-66ff',
  format: 'CANARY-FORMAT-77ab',
  header: 'CANARY-HEADER-88bc',
  id: 'CANARY-ID-99cd',
  gpu: 'CANARY-GPU-aade',
}

/** An engine of a kind whose every text is a canary. */
async function startTalkativeEngine(owned_by: string): Promise<string> {
  const listing = [
    { id: SAID.listed, owned_by },
    { id: SAID.other_model, owned_by, root: SAID.root },
  ]
  const facts = {
    version: `0.11.0+${SAID.version}`,
    build_info: `b6500-${SAID.version}`,
    data: listing,
    models: listing,
    quantization: SAID.format,
    details: { quantization_level: SAID.format, family: SAID.root, parent_model: '' },
    gpu_name: SAID.gpu,
  }
  const answers = [
    [
      200,
      { id: SAID.id, model: SAID.response_model, choices: [], done: true, eval_count: 3, message: { content: 'x' } },
    ],
    [500, { error: { message: SAID.error, type: SAID.error, code: SAID.error }, detail: SAID.error }],
    [200, { error: SAID.error }],
  ] as const
  let task = 0
  const server = createServer((request, response) => {
    const isTask = request.method === 'POST' && request.url !== '/api/show'
    const [status, body] = isTask ? answers[task++ % answers.length]! : [200, facts]
    const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 }
    response.writeHead(status, { 'content-type': 'application/json', 'x-engine': SAID.header, server: SAID.header })
    request.resume().on('end', () => response.end(JSON.stringify(isTask ? { usage, ...body } : body)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('what an engine says of itself', () => {
  test.each([
    'vllm',
    'library',
    'llamacpp',
    'sglang',
    'somebody',
  ])('is kept only as the name of a model that it lists, which does not leave: owned by %s', async (owned_by) => {
    const home = mkdtempSync(join(tmpdir(), 'orch-canary-'))
    stops.push(() => rmSync(home, { recursive: true, force: true }))
    const receiver = await startReceiver()
    const config = Config.parse({
      listen: '127.0.0.1:0',
      upstream: [{ url: await startTalkativeEngine(owned_by) }],
      telemetry: { buffer: { dir: join(home, 'buffer') }, http: { url: `${receiver.url}/samples` } },
    })
    const texts: string[] = []
    const say = (text: string) => void texts.push(text)
    const env = { HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, ORCH_TELEMETRY_ENABLED: '1' }
    const telemetry = createTelemetry({ config: config.telemetry, env, gpu: A100, timing_source: 'gateway', warn: say })
    const gateway = await startGateway({ config, telemetry, log: say })
    await gateway.detected
    const models = [SAID.listed, SAID.listed, SAID.listed, SAID.listed]
    for (const model of models)
      for (const path of ['/v1/chat/completions', '/api/chat'])
        await send(gateway.url, path, { model, messages: [], stream: false }).catch(() => null)
    await telemetry.flush(60_000)
    const metrics = (await send(gateway.admin_url ?? gateway.url, '/metrics', null)).body
    texts.push(metrics, (await send(gateway.url, '/healthz', null)).body)
    await gateway.close()
    const left = [...texts, ...receiver.received].join('\n')
    const buffered = readTree(home).join('\n')
    expect(receiver.received.join()).toContain('"model_ref":"private"')
    for (const [name, canary] of Object.entries(SAID)) {
      // The metrics stay on the host, and name the models that the engine lists.
      const seen = name === 'listed' ? left.replace(metrics, '') : left
      expect(seen, name).not.toContain(canary)
      if (name !== 'listed') expect(buffered, name).not.toContain(canary)
    }
  })
})
