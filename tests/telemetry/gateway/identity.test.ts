import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { fixedGpuMonitor } from '../../../telemetry/gpu/fixed_monitor.ts'
import { A100 } from '../support/recorder.ts'
import { type GatewaySetup, runGateway, sleep, until } from './support/run_gateway.ts'
import { send } from './support/send.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

type Value = object | number
type Answer = Value | ((body: Record<string, unknown>) => Value | Promise<Value>)
/** `METHOD /path` → a JSON object, or the status of an empty response. Everything else is 404. */
type Routes = Record<string, Answer>

interface Engine {
  url: string
  port: number
  asked: { route: string; headers: IncomingHttpHeaders }[]
  stop: () => Promise<void>
}

/** An engine that answers as the routes say. */
async function serve(routes: Routes, { port = 0, key = '' } = {}): Promise<Engine> {
  const asked: Engine['asked'] = []
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const route = `${request.method} ${request.url}`
    asked.push({ route, headers: request.headers })
    if (key !== '' && request.headers.authorization !== key) return void response.writeHead(401).end()
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}
    const known = routes[route] ?? 404
    const answer = typeof known === 'function' ? await known(body) : known
    if (typeof answer === 'number') response.writeHead(answer).end()
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  stops.push(() => server.listening && stop())
  const bound = (server.address() as AddressInfo).port
  return { url: `http://127.0.0.1:${bound}`, port: bound, asked, stop }
}

const COMPLETION = { choices: [], usage: { prompt_tokens: 9, completion_tokens: 3 } }
const never = () => new Promise<Value>(() => {})
const CHAT = 'POST /v1/chat/completions'

function vllm(version: string, models: object[], chat: Answer = COMPLETION): Routes {
  const data = models.map((model) => ({ object: 'model', owned_by: 'vllm', ...model }))
  return { 'GET /version': { version }, 'GET /v1/models': { data }, 'GET /health': 200, [CHAT]: chat }
}

/** A gateway that checks its engine at the start only. */
async function run(url: string, upstream: object = {}, setup: Partial<GatewaySetup> = {}) {
  const gateway = await runGateway({ upstream: [{ url, ...upstream }], health_interval_s: 10_000, ...setup })
  stops.push(() => gateway.close())
  const ask = async (model: string, path = '/v1/chat/completions') => {
    const before = gateway.samples.length
    await send(gateway.url, path, { model, messages: [], stream: false })
    const samples = await gateway.collect(before + 1)
    return samples.at(-1)!
  }
  return { gateway, ask }
}

describe('an engine that is replaced between two checks', () => {
  const QWEN = [{ id: 'assistant', root: 'Qwen/Qwen3-8B' }]
  const LLAMA = [{ id: 'assistant', root: 'meta-llama/Llama-3.1-8B' }]

  test.each([
    ['while no task runs', 0],
    ['and fails tasks meanwhile', 1],
  ])('is named by the next sample: %s', async (_, failing) => {
    const old = await serve(vllm('0.11.0', QWEN))
    const { gateway, ask } = await run(old.url)
    expect(await ask('assistant')).toMatchObject({ engine_version: '0.11.0', model_ref: 'hf:Qwen/Qwen3-8B' })
    await old.stop()
    for (let i = 0; i < failing; i++) expect(await ask('assistant')).toMatchObject({ exit: 'error' })
    await sleep(120)
    await serve(vllm('0.12.0', LLAMA), { port: old.port })
    expect(await ask('assistant')).toMatchObject({ engine_version: '0.12.0', model_ref: 'hf:meta-llama/Llama-3.1-8B' })
    expect(gateway.log.at(-1)).toContain('is vllm 0.12.0')
  })

  test('keeps its name while it starts up', async () => {
    const old = await serve(vllm('0.11.0', QWEN))
    const { ask } = await run(old.url)
    await old.stop()
    await serve({ 'GET /v1/models': 503, 'GET /version': 503, [CHAT]: 503 }, { port: old.port })
    expect(await ask('assistant')).toMatchObject({ exit: 'error', error_code: 'http_503', engine_version: '0.11.0' })
  })

  test('is asked at every check, for its models too', async () => {
    const models = [...QWEN]
    const engine = await serve(vllm('0.11.0', models))
    const routes = vllm('0.11.0', LLAMA)
    const { ask } = await run(engine.url, {}, { health_interval_s: 0.02 })
    await engine.stop()
    const next = await serve(routes, { port: engine.port })
    await until(() => next.asked.filter(({ route }) => route === 'GET /v1/models').length > 2)
    expect(await ask('assistant')).toMatchObject({ model_ref: 'hf:meta-llama/Llama-3.1-8B' })
  })
})

test('a shutdown does not wait for the engine, and loses no sample', async () => {
  const routes = vllm('0.11.0', [{ id: 'a' }])
  const engine = await serve(routes)
  const { gateway } = await run(engine.url)
  // From now on the engine does not say who it is.
  routes['GET /v1/models'] = () => never()
  await send(gateway.url, '/v1/chat/completions', { model: 'unlisted', messages: [] })
  expect(gateway.samples).toEqual([])
  await gateway.close()
  expect(gateway.samples).toMatchObject([{ exit: 'ok', engine_version: '0.11.0' }])
})

describe('an engine that wants a key', () => {
  const routes = vllm('0.11.0', [{ id: 'Qwen/Qwen3-8B' }])

  test('is asked with the key of the environment', async () => {
    const engine = await serve(routes, { key: 'Bearer sk-1234' })
    const env = { MY_KEY: 'sk-1234' }
    const { gateway } = await run(engine.url, { api_key_env: 'MY_KEY' }, { env })
    expect(gateway.log.at(-1)).toContain('is vllm 0.11.0')
    expect(gateway.log.join('\n')).not.toContain('sk-1234')
  })

  test('is told of in one line without it', async () => {
    const engine = await serve(routes, { key: 'Bearer sk-1234' })
    const { gateway } = await run(engine.url, {}, { health_interval_s: 0.01 })
    await until(() => engine.asked.length > 40)
    const told = gateway.log.filter((line) => /key/.test(line))
    expect(told.map((line) => line.replace(/:\d+/, ''))).toEqual([
      'upstream 0 (http://127.0.0.1) wants a key when the gateway asks for its version and models (HTTP 401 or 403): name the key by api_key_env or api_key_file in its [[upstream]]',
    ])
  })

  test('is told of in one line if the key cannot be read', async () => {
    const engine = await serve(routes, { key: 'Bearer sk-1234' })
    const { gateway } = await run(engine.url, { api_key_file: '/nowhere/key' }, { health_interval_s: 0.01 })
    await until(() => engine.asked.length > 40)
    expect(gateway.log.filter((line) => line.includes('/nowhere/key'))).toHaveLength(1)
  })
})

describe('credentials in the URL of an engine', () => {
  const BASIC = `Basic ${Buffer.from('user:s3cret pass').toString('base64')}`

  test('are its Authorization header, in the place of that of clients, and are shown nowhere', async () => {
    const engine = await serve(vllm('0.11.0', [{ id: 'm' }]), { key: BASIC })
    const url = engine.url.replace('//', '//user:s3cret%20pass@')
    const { gateway } = await run(url, {}, { health_interval_s: 0.02 })
    const headers = { authorization: 'Bearer of-the-client' }
    const answer = await send(gateway.url, '/v1/chat/completions', { model: 'm', messages: [] }, { headers })
    expect(answer.status).toBe(200)
    expect(await gateway.collect(1)).toMatchObject([{ exit: 'ok', engine_version: '0.11.0' }])
    await until(() => engine.asked.filter(({ route }) => route === 'GET /health').length > 1)
    expect([...new Set(engine.asked.map(({ headers }) => headers.authorization))]).toEqual([BASIC])
    const metrics = (await send(gateway.admin_url ?? gateway.url, '/metrics', null)).body
    expect(gateway.log.join('\n') + metrics).not.toMatch(/s3cret|user/)
  })
})

describe('the model of a sample', () => {
  const ADAPTER = '/srv/adapters/acme-support-v3'
  const models = [
    { id: 'Qwen/Qwen3-8B', root: 'Qwen/Qwen3-8B', parent: null },
    { id: 'acme-support', root: ADAPTER, parent: 'assistant' },
    { id: 'assistant', root: 'Qwen/Qwen3-8B', parent: null },
  ]

  test('is that of the weights which an adapter adapts', async () => {
    const { ask } = await run((await serve(vllm('0.11.0', models))).url)
    expect((await ask('acme-support')).model_ref).toBe('hf:Qwen/Qwen3-8B')
  })

  test('is that of an adapter which was loaded since the last check', async () => {
    const listed: object[] = [...models]
    const routes = vllm('0.11.0', [])
    const engine = await serve({
      ...routes,
      'GET /v1/models': () => ({ data: listed.map((model) => ({ owned_by: 'vllm', ...model })) }),
    })
    const { ask } = await run(engine.url)
    await ask('assistant')
    listed.push({ id: 'later', root: '/srv/adapters/later', parent: 'Qwen/Qwen3-8B' })
    expect((await ask('later')).model_ref).toBe('hf:Qwen/Qwen3-8B')
  })

  test('is a name that the engine lists or answered to, and no other text of a client', async () => {
    const known = (body: Record<string, unknown>) => {
      if (body.model === 'unlisted') return COMPLETION
      return body.model === 'assistant' ? 500 : 404
    }
    const { ask } = await run((await serve(vllm('0.11.0', models, known))).url)
    expect(await ask('assistant')).toMatchObject({ error_code: 'http_500', model_ref: 'hf:Qwen/Qwen3-8B' })
    expect(await ask('unlisted')).toMatchObject({ exit: 'ok', model_ref: 'unlisted' })
    expect(await ask('sk-live-4242')).toMatchObject({ error_code: 'http_404', model_ref: 'unknown' })
    expect(await ask('jane/secret-model')).toMatchObject({ error_code: 'http_404', model_ref: 'unknown' })
  })
})

describe('Ollama', () => {
  const REPLY = { message: { role: 'assistant', content: 'x' }, done: true, done_reason: 'stop', prompt_eval_count: 2 }
  const timed = { ...REPLY, eval_count: 4, total_duration: 5e8, load_duration: 1e7, eval_duration: 4e8 }
  const show = (body: Record<string, unknown>) => {
    const name = String(body.model)
    if (name === 'mine') return { details: { quantization_level: 'Q4_K_M', parent_model: 'qwen3:8b' } }
    if (name === 'hosted') return { remote_host: 'https://ollama.com:443', remote_model: 'gpt-oss:120b', details: {} }
    return { details: { quantization_level: 'Q4_K_M', parent_model: '/home/jane/blobs/sha256-1', family: 'qwen3' } }
  }
  const routes: Routes = {
    'GET /api/version': { version: '0.12.6' },
    'GET /v1/models': { data: [{ id: 'qwen3:8b', owned_by: 'library' }] },
    'POST /api/show': show,
    'POST /api/chat': timed,
  }

  test.each([
    ['qwen3:8b', 'qwen3:8b', 'Q4_K_M'],
    ['qwen3:8b-q8_0', 'qwen3:8b-q8_0', 'q8_0'],
    ['hf.co/bartowski/Qwen_Qwen3-8B-GGUF:Q8_0', 'hf:bartowski/Qwen_Qwen3-8B-GGUF', 'Q8_0'],
    ['hf.co/bartowski/Qwen_Qwen3-8B-GGUF:Q4_K_M', 'hf:bartowski/Qwen_Qwen3-8B-GGUF', 'Q4_K_M'],
    ['mine', 'qwen3:8b', 'Q4_K_M'],
  ])('tells of %s: %s, %s', async (name, model_ref, quantization) => {
    const { ask } = await run((await serve(routes)).url)
    expect(await ask(name, '/api/chat')).toMatchObject({ engine: 'ollama', model_ref, quantization })
  })

  test('is asked of a model once', async () => {
    const engine = await serve(routes)
    const { ask } = await run(engine.url)
    for (let i = 0; i < 3; i++) await ask('qwen3:8b', '/api/chat')
    expect(engine.asked.filter(({ route }) => route === 'POST /api/show')).toHaveLength(1)
  })

  test.each([
    'gpt-oss:120b-cloud',
    'kimi-k2:cloud',
    'hosted',
  ])('does not run %s, which is not recorded', async (name) => {
    const { gateway, ask } = await run((await serve(routes)).url)
    await send(gateway.url, '/api/chat', { model: name, stream: false, messages: [] })
    expect(await ask('qwen3:8b', '/api/chat')).toMatchObject({ model_ref: 'qwen3:8b' })
    expect(gateway.samples).toHaveLength(1)
  })
})

describe('a server that sends tasks on', () => {
  const llamaSwap: Routes = {
    'GET /v1/models': {
      data: [{ id: 'qwen3-8b', owned_by: 'llama-swap', meta: { llamaswap: { aliases: ['qwen'] } } }, { id: 'cold' }],
    },
    'GET /api/version': { version: '217', commit: '636b53e' },
    [CHAT]: COMPLETION,
  }
  const props = { build_info: 'b6500-abc', model_path: '/models/Qwen3-8B-Q4_K_M.gguf' }
  const upstream = {
    'GET /running': {
      running: [
        { model: 'qwen3-8b', state: 'ready' },
        { model: 'cold', state: 'stopping' },
      ],
    },
    'GET /upstream/qwen3-8b/v1/models': { data: [{ id: 'x', owned_by: 'llamacpp' }] },
    'GET /upstream/qwen3-8b/props': props,
  }

  test('is itself if it tells of no engine: llama-swap', async () => {
    const { gateway, ask } = await run((await serve(llamaSwap)).url)
    expect(gateway.log.at(-1)).toContain('is llama-swap 217')
    expect(await ask('qwen3-8b')).toMatchObject({ engine: 'llama-swap', engine_version: '217', model_ref: 'qwen3-8b' })
  })

  test.each(['qwen3-8b', 'qwen'])('is asked for the engine behind it, by the name %s: llama-swap', async (name) => {
    const { ask } = await run((await serve({ ...llamaSwap, ...upstream })).url)
    const expected = { engine: 'llama.cpp', engine_version: 'b6500-abc', model_ref: 'Qwen3-8B-Q4_K_M' }
    expect(await ask(name)).toMatchObject({ ...expected, quantization: 'Q4_K_M' })
  })

  test('is not made to load a model', async () => {
    const engine = await serve({ ...llamaSwap, ...upstream })
    const { ask } = await run(engine.url)
    expect(await ask('cold')).toMatchObject({ engine: 'llama-swap' })
    expect(engine.asked.filter(({ route }) => route.includes('/upstream/'))).toEqual([])
  })

  test('is asked for the model of a task: the router of llama.cpp', async () => {
    const engine = await serve({
      'GET /v1/models': { data: [{ id: 'org/repo:Q8_0', owned_by: 'llamacpp' }] },
      'GET /props': { role: 'router', build_info: 'b7000-abc' },
      'GET /props?model=org%2Frepo%3AQ8_0&autoload=false': { build_info: 'b7000-abc', model_path: '/m/repo-Q8_0.gguf' },
      [CHAT]: COMPLETION,
    })
    const { ask } = await run(engine.url)
    expect(await ask('org/repo:Q8_0')).toMatchObject({ model_ref: 'repo-Q8_0', quantization: 'Q8_0' })
  })

  test('runs its models where nobody knows: LiteLLM', async () => {
    const info = (model_name: string, model: string) => ({ model_name, litellm_params: { model } })
    const engine = await serve({
      'GET /v1/models': { data: [{ id: 'qwen', owned_by: 'openai' }] },
      'GET /health/readiness': { status: 'healthy', db: 'Not connected', litellm_version: '1.80.0' },
      'GET /v1/model/info': { data: [info('qwen', 'hosted_vllm/Qwen/Qwen3-8B'), info('gpt', 'openai/gpt-4o')] },
      [CHAT]: COMPLETION,
    })
    const { ask } = await run(engine.url, {}, { gpu: fixedGpuMonitor(A100) })
    expect(await ask('qwen')).toMatchObject({
      engine: 'vllm',
      engine_version: 'unknown',
      model_ref: 'hf:Qwen/Qwen3-8B',
    })
    expect(await ask('gpt')).toMatchObject({ engine: 'litellm', engine_version: '1.80.0', gpu_name: 'unknown' })
  })

  test('is not Ollama because it has one of its paths', async () => {
    const routes = {
      'GET /api/version': { version: '3' },
      'GET /api/extra/version': { result: 'KoboldCpp', version: '1.9' },
    }
    const { gateway } = await run((await serve(routes)).url)
    expect(gateway.log.at(-1)).toContain('is koboldcpp 1.9')
    const { gateway: other } = await run((await serve({ 'GET /api/version': { version: '3' } })).url)
    expect(other.log.join()).not.toContain('ollama')
  })
})
