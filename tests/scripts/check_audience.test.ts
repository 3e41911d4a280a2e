import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkAudience } from '../../scripts/check_audience.ts'

const folder = mkdtempSync(join(tmpdir(), 'audience-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a public build may be deployed', () => {
  expect(checkAudience(manifest('{"audience":"public"}'))).toBeNull()
})

test.each(['{"audience":"private"}', '{}', 'null', '{"audience":'])('%s may not', (text) => {
  expect(checkAudience(manifest(text))).toContain('must not be deployed')
})

test('nor a build without a manifest', () => {
  expect(checkAudience(join(folder, 'missing.json'))).toContain('ENOENT')
})

function manifest(text: string): string {
  const path = join(folder, 'manifest.json')
  writeFileSync(path, text)
  return path
}
