import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { HostGuard } from '../../../telemetry/gateway/host_guard.ts'
import { exchangeRaw, parseRaw } from './support/raw_http.ts'
import { type GatewaySetup, runGateway, type TestGateway } from './support/run_gateway.ts'

const stops: (() => unknown)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** A gateway before an engine that has `/metrics` and `/v1/models`, and nothing else. */
async function run(setup: Omit<GatewaySetup, 'upstream'> = {}): Promise<TestGateway> {
  const engine = createServer((request, response) => {
    const known = request.url === '/metrics' || request.url === '/v1/models'
    response.writeHead(known ? 200 : 404).end(known ? `engine ${request.url}` : 'none')
  })
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`
  const gateway = await runGateway({ upstream: [{ url, engine: 'vllm', engine_version: '1' }], ...setup })
  stops.push(
    () => engine.close(),
    () => gateway.close(),
  )
  return gateway
}

const get = async (url: string, path: string, host = 'localhost') => {
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
  const { status_line, body } = parseRaw(await exchangeRaw(url, request))
  return [Number(status_line.split(' ')[1]), body.toString()] as const
}

describe('a Host header', () => {
  test.each([
    ['localhost:8080', true],
    ['LOCALHOST', true],
    ['127.0.0.1:8080', true],
    ['[::1]:8080', true],
    ['192.168.1.7', true],
    ['[fd00::1]:80', true],
    ['app.localhost', true],
    ['nas.local', true],
    ['gateway', true],
    ['llm.example.org', true],
    ['a.team.example.org:443', true],
    ['', true],
    ['rebind.attacker.example:8080', false],
    ['8.8.8.8', false],
    ['[2001:db8::1]', false],
    ['localhost.attacker.example', false],
    ['example.org', false],
  ])('%s at a loopback address: allowed is %s', (host, allowed) => {
    const guard = new HostGuard('127.0.0.1:8080', ['llm.example.org', '*.team.example.org'])
    expect(guard.allows(host)).toBe(allowed)
    expect(new HostGuard('0.0.0.0:8080', []).allows(host)).toBe(true)
  })

  test('that is foreign is refused on every path and at both listeners', async () => {
    const gateway = await run({ allowed_hosts: ['proxy.example.org'] })
    for (const path of ['/v1/models', '/metrics', '/healthz'])
      expect((await get(gateway.url, path, 'rebind.attacker.example'))[0]).toBe(403)
    expect((await get(gateway.admin_url!, '/metrics', 'rebind.attacker.example'))[0]).toBe(403)
    expect((await get(gateway.url, '/v1/models', 'proxy.example.org'))[0]).toBe(200)
  })
})

describe('paths that both the engine and the gateway may have', () => {
  test('are the engine own at the main listener, if it has them', async () => {
    const gateway = await run()
    expect(await get(gateway.url, '/metrics')).toEqual([200, 'engine /metrics'])
    expect((await get(gateway.url, '/metrics?name=x'))[1]).toContain('orch_tasks_in_flight')
    expect((await get(gateway.admin_url!, '/metrics'))[1]).toContain('orch_tasks_in_flight')
    expect((await get(gateway.url, '/healthz'))[1]).toContain('"status":"ok"')
    expect((await get(gateway.admin_url!, '/v1/models'))[0]).toBe(404)
  })

  test('are the gateway own if it has no listener for them', async () => {
    const gateway = await run({ admin_listen: 'off' })
    expect(gateway.admin_url).toBeNull()
    expect((await get(gateway.url, '/metrics'))[1]).toContain('orch_tasks_in_flight')
  })

  test('have a listener whose address must be free if it is configured', async () => {
    const first = await run()
    const taken = new URL(first.admin_url!).host
    await expect(run({ admin_listen: taken })).rejects.toThrow(
      `admin_listen: ${taken}: another process listens there. Stop it, or choose another address with the setting admin_listen.`,
    )
  })
})
