import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { systemProbes } from '../../../scripts/browser/system_probes.ts'

const folder = mkdtempSync(join(tmpdir(), 'probes-test-'))
const log: string[] = []
const probes = systemProbes({ env: {}, onLine: () => {}, say: () => {} }, log)

afterAll(() => rmSync(folder, { recursive: true }))

test('finds commands on PATH only', () => {
  expect(probes.which('sh')).toMatch(/\/sh$/)
  expect(probes.which('no-such-browser')).toBeNull()
})

test('reads the version of a browser that starts', async () => {
  expect(await probes.version(script('good', 'echo "warning"; echo "Chromium 1.2.3"'))).toBe('Chromium 1.2.3')
})

test('no version from what is missing, fails, or is something else', async () => {
  expect(await probes.version(join(folder, 'missing'))).toBeNull()
  expect(await probes.version(script('bad', 'echo 1.2.3; exit 127'))).toBeNull()
  expect(await probes.version(script('stub', 'echo "install the snap"'))).toBeNull()
})

test('keeps the output of what it runs', async () => {
  expect(await probes.run('sh', ['-c', 'echo fetched; exit 3'])).toBe(false)
  expect(log.join('\n')).toContain('fetched')
})

function script(name: string, body: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}
