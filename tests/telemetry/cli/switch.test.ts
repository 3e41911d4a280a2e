import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TelemetryEvent } from '../../../contracts/index.ts'
import { makeFolder } from '../support/run_orch.ts'
import { callOrch, makeHome } from './support/call_orch.ts'

const NOW = '2026-03-14T09:26:53.589Z'
const terminal = { in: true, out: true, error: true }

const QUESTION = 'Turn telemetry on? y: as stated above; l: local, for yourself alone, nothing is sent [y/l/N] '

function consentOf({ HOME }: { HOME: string }): unknown {
  return JSON.parse(readFileSync(join(HOME, '.config/orch/consent.json'), 'utf8'))
}

describe('orch telemetry on', () => {
  it('prints every field with its meaning, an example in both forms, and where samples go', async () => {
    const { out } = await callOrch(['telemetry', 'on', '--yes'])
    for (const name of Object.keys(TelemetryEvent.shape)) expect(out).toMatch(new RegExp(`^  ${name} +\\S.+`, 'm'))
    expect(out).toContain('"ts":"2026-03-14T09:26:53.589Z"')
    expect(out).toContain('"ts":"2026-03-14T00:00:00Z"')
    expect(out).toContain('none is configured: no sample leaves this host until you export it')
    expect(out.split('\n').filter((line) => line.length > 80 && !line.includes('/'))).toEqual([])
  })

  it('asks on a terminal, and stores the date only after a yes', async () => {
    const env = makeHome()
    for (const answers of [['n'], [''], ['yess'], []]) {
      const refused = await callOrch(['telemetry', 'on'], { env, terminal, answers })
      expect(refused).toMatchObject({ code: 1, error: `${QUESTION}Telemetry stays off.\n` })
      expect(readdirSync(env.HOME)).toEqual([])
    }
    const agreed = await callOrch(['telemetry', 'on'], { env, terminal, answers: [' Y '] })
    expect(agreed.code).toBe(0)
    expect(consentOf(env)).toEqual({ enabled: true, since: NOW })
    expect(statSync(join(env.HOME, '.config/orch/consent.json')).mode & 0o777).toBe(0o600)
  })

  it('offers to record for the operator alone', async () => {
    const env = makeHome()
    const { code, out } = await callOrch(['telemetry', 'on'], { env, terminal, answers: ['l'] })
    expect(code).toBe(0)
    expect(consentOf(env)).toEqual({ enabled: true, local: true, since: NOW })
    expect(out).toContain('buffer-local are for you alone: orch telemetry report sums them up.')
    // Nothing of that time may leave after an opt-in: it has a date of its own.
    await callOrch(['telemetry', 'on', '--yes'], { env, now: '2026-05-01T00:00:00.000Z' })
    expect(consentOf(env)).toEqual({ enabled: true, since: '2026-05-01T00:00:00.000Z' })
  })

  it('refuses without a terminal', async () => {
    const env = makeHome()
    const { code, error } = await callOrch(['telemetry', 'on'], { env })
    expect(code).toBe(2)
    expect(error).toMatchInlineSnapshot(`
      "orch telemetry on: expected a terminal to ask on, found none. Pass --yes to agree without being asked, or run orch telemetry local.
      "
    `)
    expect(readdirSync(env.HOME)).toEqual([])
  })

  it('keeps the date of an opt-in that stands, and takes a new one after an off', async () => {
    const env = makeHome()
    await callOrch(['telemetry', 'on', '--yes'], { env })
    await callOrch(['telemetry', 'on', '--yes'], { env, now: '2026-05-01T00:00:00.000Z' })
    expect(consentOf(env)).toEqual({ enabled: true, since: NOW })
    await callOrch(['telemetry', 'off'], { env, now: '2026-06-01T00:00:00.000Z' })
    await callOrch(['telemetry', 'on', '--yes'], { env, now: '2026-07-01T00:00:00.000Z' })
    expect(consentOf(env)).toEqual({ enabled: true, since: '2026-07-01T00:00:00.000Z' })
  })

  it.each([
    [{ DO_NOT_TRACK: '1' }, 'DO_NOT_TRACK=1'],
    [{ ORCH_TELEMETRY_ENABLED: 'false' }, 'ORCH_TELEMETRY_ENABLED=false'],
  ])('says so if %j keeps it off', async (setting, name) => {
    const { code, error } = await callOrch(['telemetry', 'on', '--yes'], { env: { ...makeHome(), ...setting } })
    expect(code).toBe(1)
    expect(error).toBe(
      `warning: telemetry is off all the same: ${name} overrides the stored decision. Change it there.\n`,
    )
  })

  it('names the sinks, the form in which each gets samples, and what becomes of tenants', async () => {
    const config = join(makeFolder(), 'config.toml')
    writeFileSync(
      config,
      `[telemetry]\ntenant_header = "x-tenant"\n[telemetry.http]\nurl = "https://collector.example/v1"\n[telemetry.jsonl]\npath = "samples.jsonl"\n`,
    )
    const { out } = await callOrch(['telemetry', 'on', '--yes', '--config', config], { terminal: { columns: 200 } })
    expect(out).toMatch(
      /^ {2}http +https:\/\/collector\.example\/v1; anonymised as for publication; every 60 s or 500/m,
    )
    expect(out).toMatch(/^ {2}jsonl .*samples\.jsonl; as recorded; rotated at 67\.1 MB, 4 old files kept$/m)
    expect(out).toContain('recorded as HMACs under the local key (header x-tenant)')
  })
})

describe('orch telemetry off', () => {
  it('stores the decision, and says that the buffer stays', async () => {
    const env = makeHome()
    const { code, out } = await callOrch(['telemetry', 'off'], { env })
    expect(code).toBe(0)
    expect(out.replaceAll(env.HOME, '~')).toMatchInlineSnapshot(`
      "Stored in ~/.config/orch/consent.json: off.
      Samples in ~/.local/state/orch/buffer stay there, unsent. Delete them with: orch telemetry clear
      Telemetry is off. Running gateways that read this decision follow it.
      "
    `)
    expect(consentOf(env)).toEqual({ enabled: false, since: NOW })
    expect(existsSync(join(env.HOME, '.local'))).toBe(false)
  })

  it('stores the decision even if the config file cannot be read', async () => {
    const env = makeHome()
    const { code, out } = await callOrch(['telemetry', 'off', '--config', '/nowhere/orch.toml'], { env })
    expect(code).toBe(1)
    expect(out).toContain(': off.\n')
    expect(consentOf(env)).toEqual({ enabled: false, since: NOW })
  })

  it('says so if another setting keeps it on', async () => {
    const { code, error } = await callOrch(['telemetry', 'off'], {
      env: { ...makeHome(), ORCH_TELEMETRY_ENABLED: 'true' },
    })
    expect(code).toBe(1)
    expect(error).toContain('telemetry is on all the same: ORCH_TELEMETRY_ENABLED=true overrides')
  })
})

describe('orch telemetry', () => {
  it('without a command shows its help and is a wrong command line', async () => {
    const { code, out } = await callOrch(['telemetry'])
    expect(code).toBe(2)
    expect(out).toContain('orch telemetry <command> [options]')
  })
})
