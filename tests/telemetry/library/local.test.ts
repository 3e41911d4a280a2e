import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTelemetry } from '../../../telemetry/index.ts'
import { callOrch } from '../cli/support/call_orch.ts'
import { waitFor } from '../cli/support/serve_process.ts'
import { Receiver } from '../support/receiver.ts'
import { A100 } from '../support/recorder.ts'
import { makeFolder } from '../support/run_orch.ts'

let receiver: Receiver
beforeEach(() => {
  receiver = new Receiver()
})
afterEach(() => receiver.close())

/** A host with every kind of sink configured, and a program on it that records one task. */
async function makeHost() {
  const HOME = makeFolder()
  const env = { HOME, ORCH_CONFIG: join(HOME, 'orch.toml') }
  const url = await receiver.listen()
  const sinks = [
    `[telemetry.jsonl]\npath = "${join(HOME, 'sent.jsonl')}"`,
    `[telemetry.http]\nurl = "${url}"\ngzip = false`,
    `[telemetry.otlp]\nurl = "${url}/v1/traces"`,
  ]
  writeFileSync(env.ORCH_CONFIG, `${sinks.join('\n')}\n`)
  const open = () => createTelemetry({ env, gpu: A100 })
  const record = (telemetry: ReturnType<typeof open>, job_id: string) => {
    const task = telemetry.task({ model_ref: 'hf:Qwen/Qwen3-8B', engine: 'vllm', engine_version: '0.11.0', job_id })
    task.token()
    task.end({ exit: 'ok', tokens_in: 123, tokens_out: 45 })
  }
  const run = async (job_id: string) => {
    const telemetry = open()
    record(telemetry, job_id)
    await telemetry.close(60_000)
    return telemetry.snapshot()
  }
  const folder = (name: string) => join(HOME, '.local/state/orch', name)
  const read = (name: string) => readdirSync(folder(name)).map((file) => join(folder(name), file))
  const textOf = (name: string) =>
    existsSync(folder(name))
      ? read(name)
          .map((file) => (/\.jsonl$/.test(file) ? readFileSync(file, 'utf8') : ''))
          .join('')
      : ''
  const sent = () => receiver.received.map(({ text }) => text).join('') + read_if(join(HOME, 'sent.jsonl'))
  return { env, open, record, run, textOf, sent, file: (name: string) => join(HOME, name) }
}

/** The program takes its times from the real clock. */
const later = () => new Date(Date.now() + 1000).toISOString()
const read_if = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

describe('samples of orch telemetry local', () => {
  it('are recorded and shown, and leave by no sink, no flush and no export, also after an opt-in', async () => {
    const host = await makeHost()
    const { env } = host
    expect(await callOrch(['telemetry', 'local'], { env })).toMatchObject({ code: 0 })
    const snapshot = await host.run('job-local')
    expect(snapshot).toMatchObject({ samples: { recorded: 1, written: 1 }, sinks: {} })
    expect(host.textOf('buffer-local')).toContain('job-local')
    expect(host.textOf('buffer')).toBe('')
    expect((await callOrch(['telemetry', 'show', '--json'], { env })).out).toContain('job-local')
    expect((await callOrch(['telemetry', 'report'], { env, now: later() })).out).toContain('hf:Qwen/Qwen3-8B')
    expect((await callOrch(['telemetry', 'status'], { env })).out).toMatch(/^Telemetry +local: recorded for you alone/)
    const refusal = /telemetry is local \(.*\): samples are for you alone, and nothing is sent or exported\./
    for (const args of [
      ['telemetry', 'flush'],
      ['telemetry', 'export', '--out', host.file('out.jsonl')],
      ['share', '--buffer', '--yes', '--out', host.file('out.jsonl')],
    ]) {
      const call = await callOrch(args, { env })
      expect(call.code).toBe(1)
      expect(call.error).toMatch(refusal)
    }
    expect(await callOrch(['telemetry', 'on', '--yes'], { env, now: '2026-04-01T00:00:00.000Z' })).toMatchObject({
      code: 0,
    })
    await host.run('job-shared')
    expect(await callOrch(['telemetry', 'flush'], { env })).toMatchObject({ code: 0 })
    await callOrch(['telemetry', 'export', '--out', host.file('out.jsonl')], { env })
    expect(host.sent()).toContain('job-shared')
    expect(read_if(host.file('out.jsonl')).split('\n').filter(Boolean)).toHaveLength(1)
    expect(host.sent()).not.toContain('job-local')
    expect((await callOrch(['telemetry', 'report', '--format', 'json'], { env, now: later() })).out).toContain(
      '"tasks": 2',
    )
  })

  it('begin while a program runs that sent before', async () => {
    const host = await makeHost()
    await callOrch(['telemetry', 'on', '--yes'], { env: host.env, now: '2026-03-01T00:00:00.000Z' })
    const telemetry = host.open()
    host.record(telemetry, 'job-shared')
    await telemetry.flush(60_000)
    await callOrch(['telemetry', 'local'], { env: host.env })
    await waitFor(
      () => telemetry.enabled && telemetry.snapshot().consent.local === true,
      () => 'the program did not follow',
    )
    host.record(telemetry, 'job-local')
    await telemetry.close(60_000)
    expect(host.textOf('buffer-local')).toContain('job-local')
    expect(host.sent()).toContain('job-shared')
    expect(host.sent() + host.textOf('buffer')).not.toContain('job-local')
  })

  it('are asked for by the environment, too', async () => {
    const host = await makeHost()
    Object.assign(host.env, { ORCH_TELEMETRY_ENABLED: 'local' })
    await host.run('job-local')
    expect(host.textOf('buffer-local')).toContain('job-local')
    expect(host.sent() + host.textOf('buffer')).toBe('')
  })
})
