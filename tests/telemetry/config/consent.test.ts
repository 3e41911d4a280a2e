import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideConsent } from '../../../telemetry/config/consent.ts'
import type { Decision } from '../../../telemetry/config/stored_consent.ts'

const SINCE = '2026-11-01T10:00:00.000Z'

function decide({
  env = {},
  file,
  stored = null,
}: {
  env?: NodeJS.ProcessEnv
  file?: boolean
  stored?: Decision | null
}) {
  return decideConsent({
    env,
    config: { enabled: file, path: '/etc/orch.toml' },
    stored: { path: '/home/op/consent.json', decision: stored, problem: null },
  })
}

const ON: Decision = { enabled: true, since: SINCE }
const OFF: Decision = { enabled: false, since: SINCE }

describe('consent', () => {
  it.each([
    ['nothing says on', {}, false, 'default', 'nothing turned it on', null],
    ['the stored decision', { stored: ON }, true, 'orch telemetry on', `/home/op/consent.json, since ${SINCE}`, SINCE],
    ['the stored refusal', { stored: OFF }, false, 'orch telemetry off', `/home/op/consent.json, since ${SINCE}`, null],
    [
      'the file over the stored refusal',
      { file: true, stored: OFF },
      true,
      'config file',
      'telemetry.enabled = true in /etc/orch.toml',
      null,
    ],
    [
      'the file over the stored decision',
      { file: false, stored: ON },
      false,
      'config file',
      'telemetry.enabled = false in /etc/orch.toml',
      null,
    ],
    [
      'the environment over the file',
      { env: { ORCH_TELEMETRY_ENABLED: 'true' }, file: false, stored: OFF },
      true,
      'ORCH_TELEMETRY_ENABLED',
      'ORCH_TELEMETRY_ENABLED=true',
      null,
    ],
    [
      'the environment over all that is on',
      { env: { ORCH_TELEMETRY_ENABLED: '0' }, file: true, stored: ON },
      false,
      'ORCH_TELEMETRY_ENABLED',
      'ORCH_TELEMETRY_ENABLED=0',
      null,
    ],
    [
      'DO_NOT_TRACK over everything',
      { env: { DO_NOT_TRACK: '1', ORCH_TELEMETRY_ENABLED: 'true' }, file: true, stored: ON },
      false,
      'DO_NOT_TRACK',
      'DO_NOT_TRACK=1',
      null,
    ],
  ] as const)('%s', (_, inputs, enabled, source, detail, since) => {
    expect(decide(inputs)).toEqual({ enabled, source, detail, since, problem: null })
  })

  it.each(['', '0', 'false', 'False', ' 0 '])('is not touched by DO_NOT_TRACK=%j', (value) => {
    expect(decide({ env: { DO_NOT_TRACK: value }, file: true }).enabled).toBe(true)
  })

  it('is refused by any other value of DO_NOT_TRACK, whatever else is on', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        fc.pre(!['', '0', 'false'].includes(value.trim().toLowerCase()))
        const env = { DO_NOT_TRACK: value, ORCH_TELEMETRY_ENABLED: 'true' }
        expect(decide({ env, file: true, stored: ON })).toMatchObject({ enabled: false, source: 'DO_NOT_TRACK' })
      }),
    )
  })

  it('is refused, with a warning, by an invalid value of ORCH_TELEMETRY_ENABLED', () => {
    expect(decide({ env: { ORCH_TELEMETRY_ENABLED: 'ture' }, file: true, stored: ON })).toEqual({
      enabled: false,
      source: 'ORCH_TELEMETRY_ENABLED',
      detail: 'ORCH_TELEMETRY_ENABLED=ture',
      since: null,
      problem:
        'ORCH_TELEMETRY_ENABLED: expected one of 1, true, yes, on, 0, false, no, off or local, found "ture". Telemetry stays off.',
    })
  })

  it.each(['1', 'true', 'TRUE', 'yes', 'on'])('is given by ORCH_TELEMETRY_ENABLED=%s', (value) => {
    expect(decide({ env: { ORCH_TELEMETRY_ENABLED: value } }).enabled).toBe(true)
  })

  it('is left to others by an empty ORCH_TELEMETRY_ENABLED', () => {
    expect(decide({ env: { ORCH_TELEMETRY_ENABLED: ' ' }, stored: ON }).source).toBe('orch telemetry on')
  })

  it('is off with a warning if the stored decision cannot be read', () => {
    const stored = { path: '/c', decision: null, problem: 'it is broken' }
    const config = { enabled: undefined, path: null }
    expect(decideConsent({ env: {}, config, stored })).toMatchObject({
      enabled: false,
      source: 'default',
      problem: 'it is broken',
    })
  })
})
