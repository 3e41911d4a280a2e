import { Agent } from 'node:http'
import { describe, expect, test } from 'vitest'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { openSocket, post } from './support/raw_http.ts'
import { awaitLoad, runGateway, sleep, type TestGateway, until } from './support/run_gateway.ts'
import { send } from './support/send.ts'

const TASK = { model: 'm', messages: [], stream: true }

async function withStream(
  setup: { drain_s: number; ttft_ms?: number },
  work: (parts: { double: EngineDouble; gateway: TestGateway; stream: ReturnType<typeof send> }) => Promise<void>,
): Promise<void> {
  const double = await startEngineDouble('vllm', { ttft_ms: setup.ttft_ms ?? 500, tpot_ms: 2, tokens: 4 })
  const gateway = await runGateway({ upstream: [{ url: double.url }], drain_s: setup.drain_s })
  try {
    const agent = new Agent({ keepAlive: true })
    const stream = send(gateway.url, '/v1/chat/completions', TASK, { agent })
    // It may be broken off before anybody waits for it.
    stream.catch(() => {})
    await awaitLoad(gateway, 1, 0)
    await work({ double, gateway, stream })
  } finally {
    await gateway.close()
    await double.close()
  }
}

describe('a shutdown', () => {
  test('lets a stream end, and takes no new connection', async () => {
    await withStream({ drain_s: 5 }, async ({ gateway, stream }) => {
      const closed = gateway.close()
      await sleep(5)
      await expect(send(gateway.url, '/healthz', null)).rejects.toThrow(/ECONNREFUSED|ECONNRESET/)
      expect(await stream).toMatchObject({ status: 200, ended: 'whole' })
      await closed
      expect(gateway.samples).toMatchObject([{ exit: 'ok', tokens_out: 4 }])
      expect(gateway.log.at(-1)).toBe('stopped')
    })
  })

  test('breaks off what has not ended by the deadline', async () => {
    await withStream({ drain_s: 0.05, ttft_ms: 5000 }, async ({ double, gateway, stream }) => {
      await gateway.close()
      expect(await endOf(stream)).toBe('broken')
      expect(gateway.samples).toMatchObject([{ exit: 'error', error_code: 'gateway_shutdown', tokens_out: 0 }])
      expect(gateway.log.at(-1)).toBe('stopped; 1 requests had not ended')
      expect((await double.settled(0)).aborted).toBe(true)
    })
  })

  test('ends at once when it is asked a second time', async () => {
    await withStream({ drain_s: 600, ttft_ms: 60_000 }, async ({ gateway, stream }) => {
      const first = gateway.close()
      await sleep(10)
      await Promise.all([first, gateway.close()])
      expect(await endOf(stream)).toBe('broken')
      expect(gateway.samples).toHaveLength(1)
    })
  })
})

describe('probes', () => {
  const probe = async (gateway: TestGateway, path: string) => (await fetch(gateway.admin_url + path)).status

  test('see a gateway that is ready while an engine is up', async () => {
    const double = await startEngineDouble('vllm', {})
    const gateway = await runGateway({ upstream: [{ url: double.url }], health_interval_s: 0.02 })
    expect([await probe(gateway, '/livez'), await probe(gateway, '/readyz')]).toEqual([200, 200])
    await double.close()
    await until(async () => (await probe(gateway, '/readyz')) === 503)
    expect(await probe(gateway, '/livez')).toBe(200)
    await gateway.close()
  })

  test('are told before the listener closes; later requests on open connections are refused', async () => {
    const double = await startEngineDouble('vllm', { ttft_ms: 2000, tpot_ms: 1, tokens: 2 })
    const gateway = await runGateway({ upstream: [{ url: double.url }], lame_duck_s: 0.3, drain_s: 30 })
    const socket = openSocket(gateway.url)
    let received = ''
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
    })
    const request = post('/v1/chat/completions', TASK)
    const stream = send(gateway.url, '/v1/chat/completions', TASK)
    await awaitLoad(gateway, 1, 0)
    socket.write(request.slice(0, 40))
    const closed = gateway.close()
    expect(await probe(gateway, '/readyz')).toBe(503)
    // The listener is open still.
    expect((await send(gateway.url, '/v1/models', null)).status).toBe(200)
    const refusesConnections = () =>
      fetch(gateway.url).then(
        () => false,
        () => true,
      )
    await until(refusesConnections)
    socket.write(request.slice(40))
    expect((await stream).body).toContain('data: [DONE]')
    await closed
    expect(received).toMatch(/HTTP\/1\.1 503 [\s\S]*"code":"shutting_down"/)
    expect(gateway.samples).toMatchObject([{ exit: 'ok' }])
    await double.close()
  })
})

/** How a stream ended. One that is broken off before its head has arrived is an error to its client, and broken all the same. */
function endOf(stream: ReturnType<typeof send>): Promise<string> {
  return stream.then(
    ({ ended }) => ended,
    () => 'broken',
  )
}
