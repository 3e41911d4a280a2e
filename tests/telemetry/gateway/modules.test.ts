import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')
const SCRIPT = `
  import { createRequire } from 'node:module'
  await import('./telemetry/gateway/start_gateway.ts')
  const loaded = [...process.moduleLoadList, ...Object.keys(createRequire(import.meta.url).cache)]
  console.log(loaded.filter((name) => /deps.undici|undici.(index|lib.(web|mock|cache))/.test(name)).join())
`

test('the gateway loads neither of the two implementations of fetch, which only cost memory', () => {
  const script = ['--no-warnings', '--input-type=module', '--eval', SCRIPT]
  expect(execFileSync(process.execPath, script, { cwd: ROOT, encoding: 'utf8' }).trim()).toBe('')
})
