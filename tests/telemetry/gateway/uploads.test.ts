import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { exchangeRaw, openSocket } from './support/raw_http.ts'
import { awaitLoad, type GatewaySetup, runGateway, sleep, type TestGateway, until } from './support/run_gateway.ts'
import { send } from './support/send.ts'

const MIB = 1_048_576
const TASK = { model: 'm', messages: [], stream: true }
const stops: (() => unknown)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function run(setup: Omit<GatewaySetup, 'upstream'>, limits: object = {}, engines = 1) {
  const doubles: EngineDouble[] = []
  for (let i = 0; i < engines; i++) doubles.push(await startEngineDouble('vllm', { ttft_ms: 2, tpot_ms: 1, tokens: 2 }))
  const gateway = await runGateway({ upstream: doubles.map(({ url }) => ({ url, ...limits })), ...setup })
  for (const double of doubles) stops.push(() => double.close())
  stops.push(() => gateway.close())
  return { gateway, double: doubles[0]! }
}

/** A task of which so many bytes are sent, and the rest never. */
function uploadPart(gateway: TestGateway, bytes: number): Socket & { received: string } {
  const socket = Object.assign(openSocket(gateway.url), { received: '' })
  stops.push(() => socket.destroy())
  socket
    .on('error', () => {})
    .on('data', (chunk) => {
      socket.received += chunk.toString('latin1')
    })
  socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${50 * MIB}\r\n\r\n`)
  socket.write(`{"model":"m","messages":"${'x'.repeat(bytes)}`)
  return socket
}

async function readHeld(gateway: TestGateway): Promise<number> {
  const metrics = await (await fetch(`${gateway.admin_url}/metrics`)).text()
  return Number(/^orch_request_body_bytes (\d+)$/m.exec(metrics)![1])
}

describe('uploads that do not end', () => {
  test('hold no memory while they wait for a slot, and are seen', async () => {
    const { gateway } = await run({}, { max_concurrency: 1, max_queue: 10 })
    for (let i = 0; i < 6; i++) uploadPart(gateway, 30 * MIB)
    await awaitLoad(gateway, 1, 5)
    await until(async () => (await readHeld(gateway)) > 30 * MIB)
    // One body, and the beginnings of five.
    expect(await readHeld(gateway)).toBeLessThan(31 * MIB)
  })

  test('are refused beyond the memory for all of them, in the form of the API', async () => {
    const { gateway } = await run({ max_body_bytes: 20 * MIB })
    const first = uploadPart(gateway, 15 * MIB)
    await until(async () => (await readHeld(gateway)) > 15 * MIB)
    const second = uploadPart(gateway, 15 * MIB)
    await until(() => second.received.includes('overloaded'))
    expect(second.received).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: 1/)
    first.destroy()
    await until(async () => (await readHeld(gateway)) === 0)
    expect((await send(gateway.url, '/v1/chat/completions', TASK)).status).toBe(200)
  })

  test('are answered 408 when nothing more comes', async () => {
    const { gateway } = await run({ upload_timeout_s: 0.1 })
    const socket = uploadPart(gateway, MIB)
    await until(() => socket.received.includes('request_timeout'))
    expect(socket.received).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('end with their connection if the request was refused and they go on', async () => {
    const { gateway } = await run({ upload_timeout_s: 0.1 })
    const socket = openSocket(gateway.url)
    stops.push(() => socket.destroy())
    let ended = false
    socket
      .on('error', () => {})
      .on('data', () => {})
      .on('close', () => {
        ended = true
      })
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: rebind.example.org\r\nContent-Length: 1000000\r\n\r\n{')
    await until(() => ended)
  })

  test('do not make a task wait that is routed by a model which its body names first', async () => {
    const { gateway } = await run({}, { max_concurrency: 1, max_queue: 10 }, 2)
    for (let i = 0; i < 4; i++) uploadPart(gateway, 10 * MIB)
    await until(async () => (await readHeld(gateway)) > 20 * MIB)
    // Two bodies, one for each engine.
    expect(await readHeld(gateway)).toBeLessThan(21 * MIB)
  })
})

describe('a shutdown', () => {
  test('waits for an upload', async () => {
    const { gateway, double } = await run({ drain_s: 30 })
    const text = JSON.stringify({ ...TASK, messages: 'x'.repeat(MIB) })
    const socket = openSocket(gateway.url)
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
    })
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${text.length}\r\n\r\n`)
    socket.write(text.slice(0, -10))
    await until(async () => (await readHeld(gateway)) > MIB / 2)
    const closed = gateway.close()
    await sleep(50)
    socket.write(text.slice(-10))
    await closed
    expect(received).toContain('data: [DONE]')
    expect(double.answers).toHaveLength(1)
    expect(gateway.samples).toMatchObject([{ exit: 'ok' }])
  })
})

describe('a head', () => {
  test.each([
    '',
    'GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Half: ',
  ])('that stops at %j is answered 408', async (head) => {
    const gateway = await runGateway({ upstream: [{ url: 'http://127.0.0.1:9' }], headers_timeout_ms: 200 })
    expect((await exchangeRaw(gateway.url, head)).toString()).toMatch(/^HTTP\/1\.1 408 /)
    await gateway.close()
  })
})
