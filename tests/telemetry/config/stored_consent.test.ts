import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { storedConsentPath } from '../../../telemetry/config/paths.ts'
import { readStoredConsent, writeStoredConsent } from '../../../telemetry/config/stored_consent.ts'
import { makeFolder } from '../support/run_orch.ts'

const DECISION = { enabled: true, since: '2026-11-01T10:00:00.000Z' }

describe('the stored decision', () => {
  it('is none on a new host, and reading it leaves nothing behind', () => {
    const env = { XDG_CONFIG_HOME: makeFolder() }
    expect(readStoredConsent(env)).toEqual({ path: storedConsentPath(env), decision: null, problem: null })
    expect(readdirSync(env.XDG_CONFIG_HOME)).toEqual([])
  })

  it('is kept, for its owner alone, with nothing beside it', () => {
    const env = { XDG_CONFIG_HOME: makeFolder() }
    const path = writeStoredConsent(env, DECISION)
    writeStoredConsent(env, { ...DECISION, enabled: false })
    writeStoredConsent(env, DECISION)
    expect(readStoredConsent(env)).toEqual({ path, decision: DECISION, problem: null })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
    expect(readdirSync(dirname(path))).toEqual(['consent.json'])
  })

  it('is not stored if it is invalid', () => {
    const env = { XDG_CONFIG_HOME: makeFolder() }
    expect(() => writeStoredConsent(env, { enabled: true, since: 'today' })).toThrow()
    expect(existsSync(storedConsentPath(env))).toBe(false)
  })

  it.each([
    ['', '""'],
    ['{"enabled":tr', '"{\\"enabled\\":tr"'],
    [
      '{"enabled":"true","since":"2026-11-01T10:00:00Z"}',
      '"{\\"enabled\\":\\"true\\",\\"since\\":\\"2026-11-01T10:00:00Z\\"}"',
    ],
    ['{"enabled":true}', '"{\\"enabled\\":true}"'],
    ['null', '"null"'],
  ])('is none with a warning if the file holds %j, and the file stays', (text, found) => {
    const env = { XDG_CONFIG_HOME: makeFolder() }
    const path = storedConsentPath(env)
    mkdirSync(dirname(path))
    writeFileSync(path, text)
    expect(readStoredConsent(env)).toEqual({
      path,
      decision: null,
      problem: `${path}: expected the decision of \`orch telemetry on\`, \`local\` or \`off\`, found ${found}. Telemetry stays off. Run one of them again.`,
    })
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('is none with a warning if the file cannot be read', () => {
    const env = { XDG_CONFIG_HOME: makeFolder() }
    mkdirSync(join(env.XDG_CONFIG_HOME, 'orch', 'consent.json'), { recursive: true })
    expect(readStoredConsent(env)).toMatchObject({ decision: null, problem: expect.stringContaining('found EISDIR') })
  })
})
