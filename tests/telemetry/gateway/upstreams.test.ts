import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Ollama } from 'ollama'
import { afterEach, describe, expect, test } from 'vitest'
import { createModelRouter } from '../../../telemetry/gateway/model_patterns.ts'
import { fixedGpuMonitor } from '../../../telemetry/gpu/fixed_monitor.ts'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { A100 } from '../support/recorder.ts'
import { exchangeRaw } from './support/raw_http.ts'
import { type GatewaySetup, runGateway, type TestGateway, until } from './support/run_gateway.ts'
import { send } from './support/send.ts'
import { startSteppedEngine } from './support/stepped_engine.ts'

const FAST = { ttft_ms: 2, tpot_ms: 1, tokens: 2 }
const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function double(engine: Parameters<typeof startEngineDouble>[0], options = {}): Promise<EngineDouble> {
  const started = await startEngineDouble(engine, { ...FAST, ...options })
  stops.push(() => started.close())
  return started
}

async function run(setup: GatewaySetup): Promise<TestGateway> {
  const gateway = await runGateway(setup)
  stops.push(() => gateway.close())
  return gateway
}

/** An address on which nothing listens. */
async function findClosedPort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

const chat = (gateway: TestGateway, model: string) =>
  send(gateway.url, '/v1/chat/completions', { model, messages: [], stream: true })
const tasksOf = ({ requests }: EngineDouble) => requests.filter(({ method }) => method === 'POST').length

describe('model patterns', () => {
  test('the first that matches decides, and all who name it share', () => {
    const router = createModelRouter([{ models: ['llama*'] }, { models: ['*'] }, { models: ['qwen*', 'llama*'] }])
    expect(router.route('llama3')).toEqual([0, 2])
    expect(router.route('mistral')).toEqual([1])
    // A catch-all in front of a narrower pattern takes its models.
    expect(router.route('qwen3')).toEqual([1])
  })
})

describe('several upstreams', () => {
  test('take the tasks of their models', async () => {
    const [llama, qwen] = [await double('ollama'), await double('vllm')]
    const gateway = await run({
      gpu: fixedGpuMonitor(A100),
      upstream: [
        { url: llama.url, models: ['llama*'] },
        { url: qwen.url, models: ['Qwen/*'], quantization: 'fp8', gpu_count: 1, model_ref: 'hf:Qwen/Qwen3-8B-FP8' },
      ],
    })
    await chat(gateway, 'llama3.1:8b')
    await chat(gateway, 'Qwen/Qwen3-8B')
    const samples = await gateway.collect(2)
    expect(samples[0]).toMatchObject({ engine: 'ollama', model_ref: 'llama3.1:8b', tokens_out: 2, gpu_count: 2 })
    expect(samples[1]).toMatchObject({
      engine: 'vllm',
      model_ref: 'hf:Qwen/Qwen3-8B-FP8',
      quantization: 'fp8',
      gpu_count: 1,
    })
    // Each is asked for its usage: Ollama at once, vLLM once a stream has shown that it does not send it to everyone.
    expect(samples.map(({ tokens_estimated }) => tokens_estimated)).toEqual([undefined, true])
    await chat(gateway, 'Qwen/Qwen3-8B')
    const [, , asked] = await gateway.collect(3)
    expect(asked).toMatchObject({ engine: 'vllm', tokens_out: 2 })
    expect(asked).not.toHaveProperty('tokens_estimated')
  })

  test('are asked for usage once a stream shows that they send it to those who ask only, and anew after a failure', async () => {
    const vllm = await double('vllm')
    const gateway = await run({ upstream: [{ url: vllm.url }] })
    const outcomes = ['ok', 'ok', 'reset', 'ok', 'ok'] as const
    for (const outcome of outcomes) {
      vllm.set({ outcome })
      await chat(gateway, 'Qwen/Qwen3-8B')
    }
    const bodies = vllm.requests.filter(({ method }) => method === 'POST').map(({ body }) => body.toString())
    expect(bodies.map((body) => body.includes('include_usage'))).toEqual([false, true, true, false, true])
  })

  test('refuse a model that none of them serves, and say what they serve', async () => {
    const only = await double('vllm')
    const gateway = await run({ upstream: [{ url: only.url, models: ['Qwen/*', 'llama*'] }] })
    const refused = await chat(gateway, 'gpt-5')
    expect(refused.status).toBe(404)
    expect(JSON.parse(refused.body)).toMatchInlineSnapshot(`
      {
        "error": {
          "code": "model_not_found",
          "message": "No upstream serves this model. Models served here: Qwen/*, llama*",
          "param": "model",
          "type": "invalid_request_error",
        },
      }
    `)
    expect(tasksOf(only)).toBe(0)
    await gateway.collect(0)
  })

  test('list their models together, each of them that gets its tasks', async () => {
    const [llama, qwen, other] = [await double('ollama'), await double('vllm'), await double('sglang')]
    const gateway = await run({
      upstream: [
        { url: llama.url, models: ['llama*'] },
        { url: qwen.url, models: ['Qwen/*'] },
        // Its model is one of the second's too, and goes there by the order.
        { url: other.url, models: ['mistral*'] },
        { url: await findClosedPort(), models: ['gone*'] },
      ],
    })
    const headers = { authorization: 'Bearer sk-list' }
    const answer = await send(gateway.url, '/v1/models', null, { headers })
    const models = JSON.parse(answer.body).data as { id: string; owned_by: string }[]
    expect(models.map(({ id, owned_by }) => [id, owned_by])).toEqual([
      ['llama3.1:8b', 'library'],
      ['Qwen/Qwen3-8B', 'vllm'],
    ])
    const asked = qwen.requests.findLast(({ path }) => path === '/v1/models')
    expect(asked?.headers.authorization).toBe('Bearer sk-list')
    await gateway.collect(0)
  })

  test('serve the clients of Ollama and those that look for one model, whichever is first', async () => {
    const [qwen, llama] = [await double('vllm'), await double('ollama')]
    const gateway = await run({
      upstream: [
        { url: qwen.url, models: ['Qwen/*'] },
        { url: llama.url, models: ['*'] },
      ],
    })
    const ollama = new Ollama({ host: gateway.url })
    expect(await ollama.list()).toEqual(await new Ollama({ host: llama.url }).list())
    const stream = await ollama.chat({ model: 'llama3.1:8b', messages: [], stream: true })
    for await (const _ of stream);
    for (const path of ['/api/ps', '/api/version', '/v1/models/llama3.1:8b']) await send(gateway.url, path, null)
    await send(gateway.url, '/v1/models/Qwen%2FQwen3-8B', null)
    const asked = ({ requests }: EngineDouble) => requests.map(({ path }) => path)
    expect(asked(llama)).toEqual(
      expect.arrayContaining(['/api/ps', '/api/version', '/v1/models/llama3.1:8b', '/api/chat']),
    )
    expect(asked(qwen)).toContain('/v1/models/Qwen%2FQwen3-8B')
    expect(asked(qwen).filter((path) => path === '/api/ps' || path === '/api/chat')).toEqual([])
    expect(await gateway.collect(1)).toMatchObject([{ engine: 'ollama', model_ref: 'llama3.1:8b' }])
  })

  test('share the tasks of a model, the least busy first', async () => {
    const both = [await startSteppedEngine(), await startSteppedEngine()]
    const gateway = await run({ upstream: both.map(({ url }) => ({ url })) })
    const body = { model: 'm', messages: [], stream: true }
    const tasks = Array.from({ length: 6 }, (_, i) =>
      send(gateway.url, '/v1/chat/completions', { ...body, user: String(i) }),
    )
    const open = () => both.map((engine) => engine.open())
    await until(() => open()[0]! + open()[1]! === 6)
    expect(open()).toEqual([3, 3])
    await Promise.all(both.map((engine) => engine.close()))
    await Promise.allSettled(tasks)
  })

  test('stand in for one that cannot be reached, and the task is one sample', async () => {
    const alive = await double('vllm')
    const gateway = await run({ upstream: [{ url: await findClosedPort() }, { url: alive.url }] })
    expect((await chat(gateway, 'm')).status).toBe(200)
    expect(await gateway.collect(1)).toMatchObject([{ exit: 'ok', engine: 'vllm' }])
  })
})

describe('a request that names no model', () => {
  const nameless = (gateway: TestGateway) =>
    send(gateway.url, '/v1/chat/completions', { messages: [], stream: true, stream_options: { include_usage: true } })

  test('goes to the engine that holds one, which says what the sample is of', async () => {
    const [many, one] = [await double('vllm'), await double('llama.cpp')]
    const gateway = await run({ upstream: [{ url: many.url }, { url: one.url }] })
    const named = await send(one.url, '/v1/chat/completions', { model: 'm', messages: [], stream: true })
    expect((await nameless(gateway)).status).toBe(named.status)
    expect(tasksOf(many)).toBe(0)
    const [sample] = await gateway.collect(1)
    expect(sample).toMatchObject({ exit: 'ok', engine: 'llama.cpp', tokens_out: FAST.tokens })
    expect(sample!.model_ref).not.toBe('unknown')
  })

  test('passes unsampled and unchanged if nothing names the model', async () => {
    const many = await double('vllm')
    const gateway = await run({ upstream: [{ url: many.url }] })
    const direct = await send(many.url, '/v1/chat/completions', { messages: [], stream: true })
    const through = await send(gateway.url, '/v1/chat/completions', { messages: [], stream: true })
    expect(through.body.length).toBe(direct.body.length)
    expect(through.status).toBe(direct.status)
    await gateway.collect(0)
  })
})

describe('the URL of an upstream', () => {
  test('may end with /v1, as OpenAI clients want it', async () => {
    const engine = await double('vllm')
    const gateway = await run({ upstream: [{ url: `${engine.url}/v1/` }] })
    expect((await chat(gateway, 'm')).status).toBe(200)
    expect(gateway.log.some((line) => line.includes('the path /v1 at the end of its URL is left out'))).toBe(true)
    expect(await gateway.collect(1)).toMatchObject([{ exit: 'ok', engine: 'vllm' }])
  })

  test.each(['/../admin', '/v1/%2e%2e/../admin', '/a\\..\\..\\admin'])('keeps its base path: %s', async (path) => {
    const engine = await double('vllm')
    const gateway = await run({ upstream: [{ url: `${engine.url}/base` }] })
    const answer = await exchangeRaw(
      gateway.url,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    )
    expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /)
  })
})

describe('an upstream that is down', () => {
  test('is an error of the task, without its address', async () => {
    const gateway = await run({ upstream: [{ url: await findClosedPort() }] })
    const answer = await chat(gateway, 'm')
    expect(answer.status).toBe(502)
    expect(answer.body).toMatchInlineSnapshot(
      `"{"error":{"message":"The engine cannot be reached. Check that it runs and that the gateway has the right address of it.","type":"upstream_error","param":null,"code":"upstream_unreachable"}}"`,
    )
    expect(await gateway.collect(1)).toMatchObject([{ exit: 'error', error_code: 'upstream_unreachable' }])
  })

  test('is seen by checks that cost no token, tried all the same, and recognised when it is back', async () => {
    const first = await double('vllm')
    const gateway = await run({ upstream: [{ url: first.url }], health_interval_s: 0.02 })
    const health = async () => JSON.parse((await send(gateway.admin_url!, '/healthz', null)).body).upstreams[0]
    expect(await health()).toMatchObject({ healthy: true, engine: 'vllm', engine_version: '0.11.0' })
    await first.close()
    await until(async () => !(await health()).healthy)
    expect(await health()).toMatchObject({ healthy: false })
    expect((await chat(gateway, 'm')).status).toBe(502)
    const port = Number(new URL(first.url).port)
    const second = createServer((request, response) => {
      const known: Record<string, object> = {
        '/version': { version: '0.12.0' },
        '/v1/models': { data: [{ id: 'm', owned_by: 'vllm' }] },
      }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(known[request.url!] ?? {}))
    })
    await new Promise<void>((resolve) => second.listen(port, '127.0.0.1', resolve))
    stops.push(async () => {
      second.close()
      second.closeAllConnections()
    })
    await until(async () => (await health()).engine_version === '0.12.0')
    expect(await health()).toMatchObject({ healthy: true, engine_version: '0.12.0' })
    const told = gateway.log.map((line) => line.replaceAll(/127.0.0.1:\d+/g, 'HOST'))
    expect(told.filter((line) => !line.includes(' is vllm'))).toEqual([
      'listening on http://HOST, upstream 0 is http://HOST',
      'metrics and health at http://HOST: /metrics, /healthz, /livez, /readyz, /ui',
      'upstream 0 (http://HOST) is down: connection refused, nothing listens there (ECONNREFUSED)',
      'upstream 0 (http://HOST) is up again',
    ])
    expect(told.at(-1)).toBe('upstream 0 (http://HOST) is vllm 0.12.0')
    expect(first.requests.filter(({ method }) => method === 'POST')).toEqual([])
  })
})
