import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { judgeLine } from '../../../contracts/index.ts'
import { writeStoredConsent } from '../../../telemetry/config/stored_consent.ts'
import { createTelemetry, type Telemetry, type TelemetryOptions } from '../../../telemetry/index.ts'
import { Receiver } from '../support/receiver.ts'
import { A100 } from '../support/recorder.ts'
import { makeFolder } from '../support/run_orch.ts'

const FACTS = { model_ref: 'hf:org/repo', engine: 'vllm', engine_version: '0.11.0' }

const opened: Telemetry[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((telemetry) => telemetry.close(60_000)))
})

/** A host of its own: home, settings and state in one folder. */
function makeHost(env: NodeJS.ProcessEnv = {}) {
  const folder = makeFolder()
  const host = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), XDG_STATE_HOME: join(folder, 'state'), ...env }
  const warnings: string[] = []
  const open = (options: TelemetryOptions = {}) => {
    const telemetry = createTelemetry({ env: host, gpu: A100, warn: (text) => void warnings.push(text), ...options })
    opened.push(telemetry)
    return telemetry
  }
  const configure = (text: string) => {
    mkdirSync(join(folder, 'config', 'orch'), { recursive: true })
    writeFileSync(join(folder, 'config', 'orch', 'config.toml'), text)
  }
  return { folder, host, warnings, open, configure, files: () => listFiles(folder) }
}

function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** The samples in the buffer, read as plain files. */
function readSamples(folder: string): Record<string, unknown>[] {
  const files = listFiles(join(folder, 'state', 'orch', 'buffer')).filter((path) => path.endsWith('.jsonl'))
  const lines = files.flatMap((path) => readFileSync(path, 'utf8').split('\n').filter(Boolean))
  for (const line of lines) expect(judgeLine('telemetry_event', line)).toMatchObject({ verdict: 'accepted' })
  return lines.map((line) => JSON.parse(line))
}

function runTask(telemetry: Telemetry, tenant_id?: string): void {
  const task = telemetry.task({ ...FACTS, tenant_id })
  task.firstToken()
  task.token()
  task.end({ exit: 'ok', tokens_in: 100, tokens_out: 2, streamed: true })
}

describe('without consent', () => {
  it.each([
    ['nothing said', {}, undefined],
    ['refused in the settings', {}, { enabled: false }],
    ['refused by the environment', { ORCH_TELEMETRY_ENABLED: 'false' }, { enabled: true }],
    ['refused by DO_NOT_TRACK', { DO_NOT_TRACK: '1', ORCH_TELEMETRY_ENABLED: 'true' }, { enabled: true }],
  ])('%s: no file, no timer, no socket, whatever is called', async (_, env, config) => {
    const { open, files, warnings } = makeHost(env)
    const before = process.getActiveResourcesInfo().sort()
    const telemetry = open({ config, gpu: undefined })
    expect(telemetry.enabled).toBe(false)
    runTask(telemetry, 'acme')
    telemetry.record({} as never)
    await telemetry.flush(60_000)
    await telemetry.close(60_000)
    expect(process.getActiveResourcesInfo().sort()).toEqual(before)
    expect(files()).toEqual([])
    expect(warnings).toEqual([])
    expect(telemetry.snapshot()).toMatchObject({
      buffer_dir: null,
      open_tasks: 0,
      samples: { recorded: 0, dropped: {} },
    })
  })

  it('warns with the reason if a setting is invalid', () => {
    const { open, warnings, files } = makeHost({ ORCH_TELEMETRY_ENABLED: 'ja' })
    expect(open().enabled).toBe(false)
    expect(warnings).toEqual([expect.stringContaining('ORCH_TELEMETRY_ENABLED: expected one of')])
    expect(files()).toEqual([])
  })
})

describe('with consent', () => {
  it('every task is one sample on disk, which satisfies the contract and holds no tenant', async () => {
    const { folder, open, files } = makeHost()
    const telemetry = open({ config: { enabled: true } })
    for (const tenant of ['acme-canary', 'acme-canary', undefined]) runTask(telemetry, tenant)
    await telemetry.close(60_000)
    const samples = readSamples(folder)
    expect(samples.map((sample) => sample.tenant_id).sort()).toEqual([
      'anon',
      expect.stringMatching(/^anon:/),
      expect.stringMatching(/^anon:/),
    ])
    expect(new Set(samples.map((sample) => sample.job_id)).size).toBe(3)
    expect(new Set(samples.map((sample) => sample.host_id)).size).toBe(1)
    expect(telemetry.snapshot().samples).toEqual({ recorded: 3, written: 3, pending: 0, dropped: {} })
    for (const file of files()) expect(readFileSync(file, 'latin1')).not.toContain('acme-canary')
    expect(statSync(join(folder, 'config', 'orch', 'anonymise.key')).mode & 0o777).toBe(0o600)
  })

  it('by the config file, which also says where the buffer and the sink are', async () => {
    const { folder, open, configure } = makeHost()
    configure(
      '[telemetry]\nenabled = true\n[telemetry.buffer]\ndir = "kept"\n[telemetry.jsonl]\npath = "~/out.jsonl"\n',
    )
    const telemetry = open()
    expect(telemetry.snapshot()).toMatchObject({
      buffer_dir: join(folder, 'config', 'orch', 'kept'),
      consent: {
        source: 'config file',
        detail: `telemetry.enabled = true in ${join(folder, 'config', 'orch', 'config.toml')}`,
      },
    })
    runTask(telemetry)
    await telemetry.flush(60_000)
    const lines = readFileSync(join(folder, 'out.jsonl'), 'utf8').trim().split('\n')
    expect(lines.map((line) => judgeLine('telemetry_event', line).verdict)).toEqual(['accepted'])
    expect(telemetry.snapshot().sinks).toMatchObject({ jsonl: { sent: 1 } })
  })

  it('by the environment, over the refusal of the settings', () => {
    const { open } = makeHost({ ORCH_TELEMETRY_ENABLED: '1' })
    expect(open({ config: { enabled: false } }).enabled).toBe(true)
  })

  it('by the stored decision, and nothing is on disk before the first sample but the key', () => {
    const { folder, open, files } = makeHost()
    mkdirSync(join(folder, 'config', 'orch'), { recursive: true })
    const consent = join(folder, 'config', 'orch', 'consent.json')
    writeFileSync(consent, '{"enabled":true,"since":"2026-11-01T10:00:00Z"}')
    expect(open().snapshot().consent).toMatchObject({ source: 'orch telemetry on', since: '2026-11-01T10:00:00Z' })
    expect(files().sort()).toEqual([join(folder, 'config', 'orch', 'anonymise.key'), consent])
  })

  it('keeps tenant ids as they come only if the settings say so and ORCH_TELEMETRY_ANON does not', async () => {
    const tenantWith = async (env: NodeJS.ProcessEnv) => {
      const { folder, open } = makeHost(env)
      const telemetry = open({ config: { enabled: true, raw_tenant_ids: true } })
      runTask(telemetry, 'acme')
      await telemetry.close(60_000)
      return readSamples(folder)[0]?.tenant_id
    }
    expect(await tenantWith({})).toBe('acme')
    expect(await tenantWith({ ORCH_TELEMETRY_ANON: '1' })).toMatch(/^anon:[0-9a-f]{32}$/)
    expect(await tenantWith({ ORCH_TELEMETRY_ANON: 'maybe' })).toMatch(/^anon:[0-9a-f]{32}$/)
  })

  it('names the GPU as passed, or as its own probes find it', async () => {
    const { folder, open, host } = makeHost({ PATH: '/nonexistent' })
    const told = open({ config: { enabled: true } })
    runTask(told)
    await told.close(60_000)
    expect(readSamples(folder)[0]).toMatchObject({ gpu_name: A100.gpu_name, gpu_count: 2, vram_used_mb_peak: null })
    writeFileSync(
      join(host.XDG_CONFIG_HOME, 'orch', 'config.toml'),
      '[telemetry]\nenabled = true\n[gpu]\nname = "Some GPU"\nprobe = false\n',
    )
    const probed = open({ gpu: undefined })
    await new Promise((resolve) => setImmediate(resolve))
    runTask(probed)
    await probed.close(60_000)
    expect(readSamples(folder).at(-1)).toMatchObject({ gpu_name: 'Some GPU' })
  })

  it('closes once, and counts what comes later', async () => {
    const { folder, open } = makeHost()
    const telemetry = open({ config: { enabled: true } })
    runTask(telemetry)
    const late = telemetry.task(FACTS)
    await Promise.all([telemetry.close(60_000), telemetry.close(60_000)])
    late.end({ exit: 'error' })
    const { recorded, written, pending, dropped } = telemetry.snapshot().samples
    expect([recorded, written, pending]).toEqual([2, 1, 0])
    expect(Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(1)
    expect(readSamples(folder)).toHaveLength(1)
  })
})

describe('misconfiguration never throws: nothing is recorded, and a warning and the snapshot say why,', () => {
  const idle = (telemetry: Telemetry, warnings: readonly string[], problem: string) => {
    expect(telemetry.enabled).toBe(false)
    runTask(telemetry)
    expect(telemetry.snapshot()).toMatchObject({ consent: { enabled: false, problem }, samples: { recorded: 0 } })
    expect(warnings).toEqual([problem])
  }

  it('of the settings that a program gives', () => {
    const { open, warnings } = makeHost()
    const config = { enabled: true, tenant_header: 'X Tenant', http: { url: 'example.org', batchsize: 5 } } as never
    idle(
      open({ config }),
      warnings,
      `telemetry.tenant_header: expected the name of a header, of letters, digits and -, found "X Tenant".
telemetry.http.url: expected a URL that begins with http:// or https://, found "example.org".
telemetry.http.batchsize: expected a key of [telemetry.http], found an unknown one. Known: url, form, token_env, token_file, token_over_http, batch_samples, batch_bytes, batch_interval_s, timeout_s, gzip. Nothing is recorded.`,
    )
  })

  it('of the config file, also if telemetry is off', () => {
    const { folder, open, configure, warnings, files } = makeHost()
    configure('[telemetry]\nenable = true\n')
    const file = join(folder, 'config', 'orch', 'config.toml')
    const problem = `${file}:2: telemetry.enable: expected a key of [telemetry], found an unknown one. Did you mean "enabled"?`
    idle(open(), warnings, `${problem} Nothing is recorded.`)
    expect(files()).toEqual([file])
  })

  it.each([
    ['is readable by others', '0'.repeat(64), (key: string) => `Run: chmod 600 ${key}. Nothing is recorded.`],
    ['cannot be made', null, (key: string) => `${key}: expected to read or create the local key, found EEXIST.`],
  ])('of the local key that %s', (_, text, expected) => {
    const { folder, open } = makeHost()
    const key = join(folder, text === null ? 'file/key' : 'key')
    writeFileSync(join(folder, text === null ? 'file' : 'key'), text ?? '')
    chmodSync(join(folder, text === null ? 'file' : 'key'), 0o644)
    const host = { HOME: folder, ORCH_KEY_FILE: key }
    const warnings: string[] = []
    const telemetry = open({ config: { enabled: true }, env: host, warn: (warning) => void warnings.push(warning) })
    const { problem } = telemetry.snapshot().consent
    expect(problem).toContain(expected(key))
    idle(telemetry, warnings, problem!)
    expect(existsSync(join(folder, '.local'))).toBe(false)
  })
})

describe('the stored decision is followed', () => {
  const decide = (env: NodeJS.ProcessEnv, enabled: boolean, since: string) =>
    writeStoredConsent(env, { enabled, since: `${since}T00:00:00Z` })

  it('off: what ends later is not recorded, nor what was still in memory; on: what starts later is', async () => {
    const { folder, host, open, warnings } = makeHost()
    decide(host, true, '2026-01-01')
    const telemetry = open({ config: {} })
    runTask(telemetry)
    await telemetry.flush(60_000)
    runTask(telemetry)
    const late = telemetry.task(FACTS)
    decide(host, false, '2026-02-01')
    runTask(telemetry)
    late.end({ exit: 'cancel' })
    await telemetry.flush(60_000)
    expect(telemetry.enabled).toBe(false)
    expect(readSamples(folder)).toHaveLength(1)
    decide(host, true, '2026-03-01')
    await expect.poll(() => telemetry.enabled, { timeout: 60_000 }).toBe(true)
    runTask(telemetry)
    await telemetry.flush(60_000)
    expect(readSamples(folder)).toHaveLength(2)
    expect(telemetry.snapshot().consent).toMatchObject({ enabled: true, since: '2026-03-01T00:00:00Z' })
    expect(warnings).toEqual([
      expect.stringContaining('Telemetry was turned off'),
      expect.stringContaining('Telemetry was turned on'),
    ])
  })

  it('off: nothing is sent any more, also of what was recorded before, and a request under way is given up', async () => {
    const { host, open } = makeHost()
    const receiver = new Receiver()
    const url = await receiver.listen()
    decide(host, true, '2026-01-01')
    receiver.answers.push({ status: 200, after_ms: 30_000 })
    const telemetry = open({ config: { http: { url, batch_interval_s: 0.05, batch_samples: 1 } } })
    for (let task = 0; task < 5; task++) runTask(telemetry)
    await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(1)
    decide(host, false, '2026-02-01')
    await telemetry.flush(60_000)
    await telemetry.close(60_000)
    expect(receiver.received).toHaveLength(1)
    await receiver.close()
  })

  it('off: what is in memory is not written by a close either', async () => {
    const { folder, host, open } = makeHost()
    decide(host, true, '2026-01-01')
    const telemetry = open({ config: {} })
    runTask(telemetry)
    decide(host, false, '2026-02-01')
    await telemetry.close(60_000)
    expect(readSamples(folder)).toEqual([])
  })

  it('not if the settings decide', async () => {
    const { host, open } = makeHost()
    const telemetry = open({ config: { enabled: true } })
    decide(host, false, '2026-02-01')
    await telemetry.flush(60_000)
    expect(telemetry.enabled).toBe(true)
  })
})
