import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { judgeLine, type LineContract } from '../../../contracts/index.ts'
import { createTelemetry } from '../../../telemetry/index.ts'
import { A100 } from '../support/recorder.ts'
import { makeFolder } from '../support/run_orch.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** An endpoint that takes every batch. */
async function listen() {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    bodies.push(Buffer.concat(chunks).toString('utf8'))
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies }
}

interface Run {
  url?: string
  raw?: boolean
  form?: 'event' | 'export'
  tenants?: readonly string[]
}

/** Programs that run one after the other on one host. */
function makeHost(env: NodeJS.ProcessEnv = {}) {
  const home = makeFolder()
  const host = { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state'), ...env }
  return async ({ url, raw = false, form = 'event', tenants = [] }: Run) => {
    const http = url === undefined ? undefined : { url, form, gzip: false }
    const telemetry = createTelemetry({ config: { enabled: true, raw_tenant_ids: raw, http }, env: host, gpu: A100 })
    for (const tenant_id of tenants) {
      const task = telemetry.task({ model_ref: 'hf:org/repo', engine: 'vllm', engine_version: '0.11.0', tenant_id })
      task.token()
      task.end({ exit: 'ok', tokens_in: 123, tokens_out: 45 })
    }
    await telemetry.close(60_000)
    return telemetry.snapshot()
  }
}

function samplesOf(bodies: readonly string[], contract: LineContract) {
  const lines = bodies.flatMap((body) => body.split('\n').filter(Boolean))
  for (const line of lines) expect(judgeLine(contract, line)).toMatchObject({ verdict: 'accepted' })
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('what an http sink receives', () => {
  it('is every sample, before close returns', async () => {
    const { url, bodies } = await listen()
    const { samples, sinks } = await makeHost()({
      url,
      tenants: Array.from({ length: 1200 }, (_, n) => `tenant-${n % 7}`),
    })
    expect(samples).toEqual({ recorded: 1200, written: 1200, pending: 0, dropped: {} })
    expect(sinks.http).toMatchObject({ sent: 1200, waiting: 0, dropped: {} })
    const sent = samplesOf(bodies, 'telemetry_event')
    expect(new Set(sent.map((sample) => sample.job_id)).size).toBe(1200)
    expect(new Set(sent.map((sample) => sample.tenant_id)).size).toBe(7)
    expect(bodies.join()).not.toContain('tenant-')
  })

  it('is anonymised as for publication unless the settings say event', async () => {
    const { url, bodies } = await listen()
    await makeHost()({ url, raw: true, form: 'export', tenants: ['acme-canary'] })
    expect(samplesOf(bodies, 'anonymized_export')).toMatchObject([{ tokens_in: 120, tokens_out: 45 }])
    expect(bodies.join()).not.toContain('acme-canary')
  })

  it('holds tenant ids as they came only if raw ids are set', async () => {
    const { url, bodies } = await listen()
    await makeHost()({ url, raw: true, tenants: ['acme-canary'] })
    expect(samplesOf(bodies, 'telemetry_event')).toMatchObject([{ tenant_id: 'acme-canary' }])
  })

  it.each([
    ['raw ids are no longer set', {}, false],
    ['ORCH_TELEMETRY_ANON is set', { ORCH_TELEMETRY_ANON: '1' }, true],
  ])('holds none of those that were recorded before, if %s', async (_, env, raw) => {
    const { url, bodies } = await listen()
    const home = makeFolder()
    const places = { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state') }
    await makeHost(places)({ raw: true, tenants: ['acme-canary'] })
    await makeHost({ ...places, ...env })({ url, raw, tenants: ['acme-canary'] })
    const [before, after] = samplesOf(bodies, 'telemetry_event')
    expect(before?.tenant_id).toMatch(/^anon:[0-9a-f]{32}$/)
    expect(after?.tenant_id).toBe(before?.tenant_id)
    expect(bodies.join()).not.toContain('acme-canary')
  })
})
