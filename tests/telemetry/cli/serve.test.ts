import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startEngineDouble } from '../../support/engine_doubles/index.ts'
import type { EngineDouble } from '../../support/engine_doubles/types.ts'
import { Receiver } from '../support/receiver.ts'
import { makeFolder } from '../support/run_orch.ts'
import { callOrch, makeHome } from './support/call_orch.ts'
import { askChat, endProcesses, spawnServe, startServe, waitFor } from './support/serve_process.ts'

let double: EngineDouble
beforeAll(async () => {
  double = await startEngineDouble('vllm')
})
afterAll(() => double.close())
afterEach(endProcesses)

describe('orch serve', () => {
  it('says at the start what it stands in front of and whether it records, and ends cleanly at a signal', async () => {
    const gateway = await startServe(['--upstream', double.url])
    expect((await askChat(gateway.url)).status).toBe(200)
    expect(await gateway.stop('SIGTERM')).toBe(0)
    expect(gateway.error()).toBe('')
    const [head, ...lines] = gateway.out().replaceAll(double.url, 'http://engine').split('\n')
    expect(head).toMatch(/^orch \d+\.\d+\.\d+$/)
    expect(lines.slice(0, 3).join('\n')).toMatchInlineSnapshot(`
      "  upstream   http://engine for every model
        config     no file: defaults and environment
        telemetry  off: nothing turned it on"
    `)
    expect(gateway.out()).toContain('SIGTERM: running tasks have 30 s to end; a second signal ends them at once')
  })

  it('records the tasks once the operator has opted in, for show and export', async () => {
    const env = makeHome()
    await callOrch(['telemetry', 'on', '--yes'], { env, now: '2026-01-01T00:00:00Z' })
    const gateway = await startServe(['--upstream', double.url], { env })
    expect(gateway.out()).toContain('telemetry  on: ')
    await waitFor(() => gateway.out().includes(' is vllm '), gateway.out)
    await (await askChat(gateway.url)).text()
    await (await askChat(gateway.url, { stream: false })).text()
    expect(await gateway.stop('SIGINT')).toBe(0)
    const shown = await callOrch(['telemetry', 'show'], { env })
    const samples = shown.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(samples).toEqual([
      expect.objectContaining({ engine: 'vllm', exit: 'ok', tokens_out: 8, streamed: true, timing_source: 'gateway' }),
      expect.objectContaining({ engine: 'vllm', exit: 'ok', tokens_out: 8, streamed: false }),
    ])
    const file = join(makeFolder(), 'samples.jsonl')
    expect((await callOrch(['telemetry', 'export', '--out', file], { env })).code).toBe(0)
    expect((await callOrch(['validate', file])).out).toBe('1 file, 2 lines: 2 accepted, 0 rejected\n')
  })

  it('follows off and on while it runs: a task after off is neither recorded nor sent', async () => {
    const env = makeHome()
    const receiver = new Receiver()
    const config = join(makeFolder(), 'orch.toml')
    writeFileSync(config, `[telemetry.http]\nurl = "${await receiver.listen()}/"\nbatch_interval_s = 0.05\n`)
    await callOrch(['telemetry', 'on', '--yes'], { env, now: '2026-01-01T00:00:00Z' })
    const gateway = await startServe(['--upstream', double.url, '--config', config], { env })
    const countSamples = async () => (await callOrch(['telemetry', 'show'], { env })).out.split('\n').length - 1
    await (await askChat(gateway.url)).text()
    await waitFor(() => receiver.received.length === 1, gateway.error)
    await callOrch(['telemetry', 'off'], { env })
    for (let task = 0; task < 3; task++) await (await askChat(gateway.url)).text()
    const isRecording = async () =>
      /^orch_telemetry_enabled 1$/m.test(await (await fetch(`${gateway.url}/metrics`)).text())
    await expect.poll(isRecording, { timeout: 60_000 }).toBe(false)
    expect(gateway.error()).toContain('Telemetry was turned off')
    await callOrch(['telemetry', 'on', '--yes'], { env, now: '2026-01-01T00:00:00Z' })
    expect(await countSamples()).toBe(1)
    await expect.poll(isRecording, { timeout: 60_000 }).toBe(true)
    await (await askChat(gateway.url)).text()
    await waitFor(() => receiver.received.length === 2, gateway.error)
    expect(await countSamples()).toBe(2)
    expect(await gateway.stop()).toBe(0)
    await receiver.close()
  })

  it('shares its buffer with show, status, flush, export and clear', async () => {
    const env = makeHome()
    const receiver = new Receiver()
    const config = join(makeFolder(), 'orch.toml')
    writeFileSync(
      config,
      `[telemetry]\nenabled = true\n[telemetry.http]\nurl = "${await receiver.listen()}/"\nbatch_interval_s = 3600\n`,
    )
    const gateway = await startServe(['--upstream', double.url, '--config', config], { env })
    const call = (...args: string[]) => callOrch(['telemetry', ...args, '--config', config], { env })
    const countShown = async () => (await call('show')).out.split('\n').length - 1
    for (let task = 0; task < 2; task++) await (await askChat(gateway.url)).text()
    await expect.poll(countShown, { timeout: 60_000 }).toBe(2)
    expect(receiver.received).toEqual([])
    expect((await call('flush')).code).toBe(0)
    expect(receiver.received).toHaveLength(1)
    const { buffer } = JSON.parse((await call('status', '--json')).out)
    expect(buffer).toMatchObject({ segments: 1, sinks: { http: { sent: 2, waiting: 0 } }, dropped: {} })
    expect((await call('export', '--out', join(makeFolder(), 'samples.jsonl'))).code).toBe(0)
    expect((await call('clear', '--yes')).out).toContain('Deleted 2 samples in 1 segment')
    await (await askChat(gateway.url)).text()
    await expect.poll(countShown, { timeout: 60_000 }).toBe(1)
    expect(await gateway.stop()).toBe(0)
    expect(receiver.jobs()).toHaveLength(3)
    await receiver.close()
  })

  it.each([
    [
      'its key cannot be made',
      (file: string) => ({ ORCH_KEY_FILE: join(file, 'key') }),
      'expected to read or create the local key',
    ],
    [
      'its buffer cannot be written',
      (file: string) => ({ ORCH_BUFFER_DIR: join(file, 'buffer') }),
      'expected to write samples',
    ],
  ])('serves with telemetry on if %s, and says why nothing is recorded', async (_, settings, why) => {
    const file = join(makeFolder(), 'file')
    writeFileSync(file, '')
    const env = { ORCH_TELEMETRY_ENABLED: 'true', ...settings(file) }
    const gateway = await startServe(['--upstream', double.url], { env })
    expect((await askChat(gateway.url)).status).toBe(200)
    await waitFor(() => gateway.error().includes(why), gateway.error)
    expect(gateway.error()).toContain(file)
    expect(await gateway.stop()).toBe(0)
  })

  it('lets a stream end after the first signal, and ends at once after the second', async () => {
    const slow = await startEngineDouble('vllm', { tokens: 400, tpot_ms: 20 })
    const gateway = await startServe(['--upstream', slow.url])
    const answer = await askChat(gateway.url)
    const reader = answer.body!.getReader()
    await reader.read()
    gateway.child.kill('SIGTERM')
    await waitFor(() => gateway.out().includes('SIGTERM: '), gateway.out)
    expect((await reader.read()).done).toBe(false)
    expect(await gateway.stop('SIGTERM')).toBe(143)
    await expect(drain(reader)).rejects.toThrow()
    await slow.close()
  })

  it('goes on serving if its output is closed', async () => {
    const gateway = await startServe(['--upstream', double.url])
    gateway.child.stdout?.destroy()
    gateway.child.stderr?.destroy()
    for (let task = 0; task < 3; task++) expect((await askChat(gateway.url)).status).toBe(200)
    const dead = await startEngineDouble('vllm')
    const second = await startServe(['--upstream', dead.url], { env: { ORCH_TELEMETRY_ENABLED: 'true' } })
    second.child.stdout?.destroy()
    second.child.stderr?.destroy()
    await dead.close()
    expect((await askChat(second.url)).status).toBe(502)
    expect((await fetch(`${second.url}/healthz`)).ok).toBe(true)
    expect(await Promise.all([gateway.stop(), second.stop()])).toEqual([0, 0])
  })

  it('names a port that is taken', async () => {
    const gateway = await startServe(['--upstream', double.url])
    const address = gateway.url.replace('http://', '')
    const second = spawnServe(['--upstream', double.url, '--listen', address])
    expect(await second.exited).toBe(1)
    expect(second.error()).toBe(
      `listen: ${address}: another process listens there. Stop it, or choose another address with --listen.\n`,
    )
    await gateway.stop()
  })
})

describe('the settings of orch serve', () => {
  it('come from the command line before the file, and can be printed', async () => {
    const file = join(makeFolder(), 'orch.toml')
    writeFileSync(file, 'listen = "127.0.0.1:9000"\ndrain_s = 7\n[[upstream]]\nurl = "http://127.0.0.1:1"\n')
    const args = ['serve', '--config', file, '--upstream', 'http://127.0.0.1:2', '-u', 'http://127.0.0.1:3']
    const { code, out } = await callOrch([...args, '--print-config'])
    const { config, path, consent } = JSON.parse(out)
    expect({ code, path, listen: config.listen, drain: config.drain_s }).toEqual({
      code: 0,
      path: file,
      listen: '127.0.0.1:9000',
      drain: 7,
    })
    expect(config.upstream.map(({ url }: { url: string }) => url)).toEqual(['http://127.0.0.1:2', 'http://127.0.0.1:3'])
    expect(consent).toMatchObject({ enabled: false, source: 'default' })
  })

  it('are refused by name, place and remedy', async () => {
    expect(await callOrch(['serve'])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "error": "orch serve: expected an engine to send tasks to, found none. Pass --upstream http://127.0.0.1:8000, or name it in the config file.
      See orch serve --help
      ",
        "out": "",
      }
    `)
    expect(await callOrch(['serve', '-u', 'ftp://x', '-l', '8080'])).toMatchInlineSnapshot(`
      {
        "code": 1,
        "error": "command line: listen: expected host:port, for example 127.0.0.1:8080, found "8080".
      command line: upstream[1].url: expected a URL that begins with http:// or https://, found "ftp://x".
      ",
        "out": "",
      }
    `)
    expect(await callOrch(['serve', '--config', '/nowhere/orch.toml'])).toMatchInlineSnapshot(`
      {
        "code": 1,
        "error": "/nowhere/orch.toml: expected a readable TOML file, found ENOENT. Check the path and who may read it.
      ",
        "out": "",
      }
    `)
    expect(await callOrch(['serve', '--upstraem', 'x'])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "error": "orch serve: unknown option --upstraem. Did you mean "--upstream"?
      See orch serve --help
      ",
        "out": "",
      }
    `)
  })
})

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
