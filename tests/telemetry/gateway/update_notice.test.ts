import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fillBuffer } from '../cli/support/fill_buffer.ts'
import { makeFolder } from '../support/run_orch.ts'
import { type GatewaySetup, runGateway, type TestGateway, until } from './support/run_gateway.ts'
import { send } from './support/send.ts'

const HOUR_MS = 3_600_000
const stops: (() => unknown)[] = []
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-20T00:00:00Z') }))
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
  vi.useRealTimers()
})

/** A llama.cpp server that says by itself how long it decoded, so that no test has to wait for tokens. */
async function startEngine() {
  const engine = { url: '', build: 'b6000', tps: 50, answers: 0, update: (_build: string, _tps: number) => {} }
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    // An hour is never quite like another.
    const predicted_ms = (99_000 / engine.tps) * (1 + 0.01 * Math.sin(engine.answers++))
    const known: Record<string, object> = {
      '/props': { build_info: engine.build, model_path: '/m/Llama-3.1-8B-Instruct-Q4_K_M.gguf' },
      '/v1/models': { data: [{ id: 'm', object: 'model', owned_by: 'llamacpp' }] },
      '/health': {},
      '/v1/chat/completions': {
        choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 100, completion_tokens: 100 },
        timings: { prompt_n: 100, prompt_ms: 40, predicted_n: 100, predicted_ms },
      },
    }
    const answer = known[request.url!.split('?')[0]!]
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => server.close())
  // Who restarts an engine breaks its connections.
  engine.update = (build, tps) => {
    Object.assign(engine, { build, tps })
    server.closeAllConnections()
  }
  engine.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return engine
}

type Engine = Awaited<ReturnType<typeof startEngine>>

async function start(engine: Engine, setup: Partial<GatewaySetup> = {}) {
  const gateway = await runGateway({ upstream: [{ url: engine.url }], health_interval_s: 1, ...setup })
  stops.push(() => gateway.close())
  return gateway
}

/** A task in each of so many hours, with the engine in this version. */
async function runHours(gateway: TestGateway, engine: Engine, count: number): Promise<void> {
  const metrics = async () => (await send(gateway.admin_url!, '/metrics', null)).body
  await until(async () =>
    (await metrics()).includes(`orch_engine_info{upstream="0",engine="llama.cpp",engine_version="${engine.build}"}`),
  )
  for (let hour = 0; hour < count; hour++) {
    await send(gateway.url, '/v1/chat/completions', { model: 'm', messages: [], stream: false })
    vi.setSystemTime(Date.now() + HOUR_MS)
  }
}

/** A task that ends while the engine is being asked for its version may not count, and comparing takes its time. */
async function runUntilTold(gateway: TestGateway, engine: Engine): Promise<void> {
  await until(async () => {
    await runHours(gateway, engine, 1)
    return verdictLines(gateway).length > 0
  })
}

const verdictLines = (gateway: TestGateway) => gateway.log.filter((line) => line.includes('See orch telemetry compare'))

async function changeLines(gateway: TestGateway): Promise<string[]> {
  const { body } = await send(gateway.admin_url!, '/metrics', null)
  return body.split('\n').filter((line) => line.startsWith('orch_update_change_ratio') && line.includes('decode_tps'))
}

describe('an update of the engine', () => {
  test.each([
    [true],
    [false],
  ])('that makes it slower is told once, and is a metric (telemetry: %s)', async (telemetry) => {
    const engine = await startEngine()
    const gateway = await start(engine, { telemetry })
    await runHours(gateway, engine, 8)
    expect(await changeLines(gateway)).toEqual([])
    engine.update('b6100', 40)
    await runUntilTold(gateway, engine)
    await runHours(gateway, engine, 8)
    const model = telemetry ? 'Llama-3.1-8B-Instruct-Q4_K_M' : 'm'
    expect(verdictLines(gateway)).toEqual([
      expect.stringMatching(
        /^llama\.cpp b6100 is slower than b6000 with \S+: decode speed -(19|20)\.\d % \(-2\d\.\d to -1\d\.\d\), after \d+ hours\./,
      ),
    ])
    const [line, ...others] = await changeLines(gateway)
    expect(others).toEqual([])
    expect(line).toContain(
      `engine="llama.cpp",engine_version="b6100",former_version="b6000",figure="decode_tps",verdict="slower"} -0.`,
    )
    expect(line).toContain(`model_ref="${model}"`)
  })

  test('that changes nothing is not told', async () => {
    const engine = await startEngine()
    const gateway = await start(engine)
    await runHours(gateway, engine, 8)
    engine.update('b6100', 50)
    await until(async () => {
      await runHours(gateway, engine, 1)
      return (await changeLines(gateway)).some((line) => line.includes('verdict="unchanged"'))
    })
    expect(verdictLines(gateway)).toEqual([])
  })

  test('while the gateway did not run is noticed by what the buffer holds', async () => {
    const engine = await startEngine()
    const former = await start(engine)
    await runHours(former, engine, 8)
    const buffer_dir = makeFolder()
    await fillBuffer(buffer_dir, former.samples)
    await former.close()
    engine.update('b6100', 60)
    const gateway = await start(engine, { buffer_dir })
    await runUntilTold(gateway, engine)
    expect(verdictLines(gateway)).toEqual([expect.stringContaining('is faster than b6000')])
  })
})
