import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ENV_SETTINGS } from '../../../telemetry/config/env_settings.ts'
import { Config } from '../../../telemetry/config/schema.ts'
import { listKeys } from '../../../telemetry/config/schema_walk.ts'
import { settingAt } from '../../../telemetry/config/setting_tree.ts'

const DOCUMENT = readFileSync(new URL('../../../docs/orch.md', import.meta.url), 'utf8')

/** Nothing but what must be given. */
const REQUIRED = {
  upstream: [{ url: 'http://127.0.0.1:8000' }],
  telemetry: {
    jsonl: { path: '/samples.jsonl' },
    http: { url: 'http://127.0.0.1:9000' },
    otlp: { url: 'http://127.0.0.1:4318/v1/traces' },
  },
}

/** The cells of the table's row for a key. */
function rowOf(key: string): string[] {
  const line = DOCUMENT.split('\n').find((candidate) => candidate.startsWith(`| \`${key}\` |`))
  return (line ?? '').split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''))
}

function valueIn(settings: unknown, key: string): unknown {
  return settingAt(settings, key.replace('[]', '.0').split('.'))
}

describe('docs/orch.md', () => {
  const defaults = Config.parse(REQUIRED)

  it.each(listKeys(Config))('describes %s, and states its default', (key) => {
    const [, stated = '', meaning = ''] = rowOf(key)
    expect(meaning.length).toBeGreaterThan(10)
    const fallback = valueIn(defaults, key)
    if (valueIn(REQUIRED, key) !== undefined) expect(stated).toMatch(/^required/)
    else if (fallback === undefined)
      expect(stated).toMatch(/^(not set|detected|probed|from the request|all of the host|`\$XDG)/)
    else expect(stated).toBe(`\`${JSON.stringify(fallback)}\``)
  })

  it.each(ENV_SETTINGS)('describes the variable $name in the words of the help', ({ name, key, help }) => {
    expect(DOCUMENT).toContain(`| \`${name}\` | ${key === null ? '' : `\`${key}\``} | ${help} |`)
  })

  it('describes no key that is none', () => {
    const tables = DOCUMENT.slice(DOCUMENT.indexOf('## Configuration'), DOCUMENT.indexOf('The environment:'))
    const keys = [...tables.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key)
    expect(keys).toEqual(listKeys(Config))
  })
})

it('every variable of a key names a key of the settings', () => {
  const keys = [...listKeys(Config), 'upstream']
  for (const { key } of ENV_SETTINGS) if (key !== null) expect(keys).toContain(key)
})
