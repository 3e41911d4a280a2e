import { describe, expect, it } from 'vitest'
import { readAnonymizeTenants } from '../../../telemetry/config/anonymize_tenants.ts'
import { defaultBufferFolder, defaultConfigPath } from '../../../telemetry/config/paths.ts'

describe('the folders', () => {
  it.each([
    [{ XDG_STATE_HOME: '/s', HOME: '/h' }, '/s/orch/buffer'],
    [{ XDG_STATE_HOME: 'relative', HOME: '/h' }, '/h/.local/state/orch/buffer'],
    [{ XDG_STATE_HOME: '', HOME: '/h' }, '/h/.local/state/orch/buffer'],
  ])('of the buffer with %j', (env, expected) => {
    expect(defaultBufferFolder(env)).toBe(expected)
  })

  it.each([
    [{ XDG_CONFIG_HOME: '/c', HOME: '/h' }, '/c/orch/config.toml'],
    [{ XDG_CONFIG_HOME: './c', HOME: '/h' }, '/h/.config/orch/config.toml'],
  ])('of the settings with %j', (env, expected) => {
    expect(defaultConfigPath(env)).toBe(expected)
  })
})

describe('ORCH_TELEMETRY_ANON', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['0', false],
    ['1', true],
    ['True', true],
  ])('%j', (value, on) => {
    expect(readAnonymizeTenants({ ORCH_TELEMETRY_ANON: value })).toEqual({ on, problem: null })
  })

  it('anonymises, with a warning, if it is invalid', () => {
    expect(readAnonymizeTenants({ ORCH_TELEMETRY_ANON: 'please' })).toEqual({
      on: true,
      problem:
        'ORCH_TELEMETRY_ANON: expected one of 1, true, yes, on, 0, false, no, off, found "please". Tenant ids are anonymised.',
    })
  })
})
