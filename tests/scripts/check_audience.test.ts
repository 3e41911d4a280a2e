import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkAudience } from '../../scripts/check_audience.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audience-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const TABLE = 'not really a table'
const GOOD = {
  audience: 'public',
  policy: { k: 5, bin_contributors: 3 },
  files: [{ name: 'bins/a.arrow', sha256: createHash('sha256').update(TABLE).digest('hex') }],
}

/** The problem of a build with this manifest and the table bins/a.arrow. */
function check(manifest: unknown): string | null {
  mkdirSync(join(folder, 'bins'), { recursive: true })
  writeFileSync(join(folder, 'bins', 'a.arrow'), TABLE)
  const path = join(folder, 'manifest.json')
  writeFileSync(path, typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
  return checkAudience(path)?.replaceAll(folder, '') ?? null
}

test('a public build may be deployed', () => {
  expect(check(GOOD)).toBeNull()
})

test.each([
  [
    { ...GOOD, audience: 'private' },
    '/manifest.json: expected "audience": "public", found "private"; this build must not be deployed. Build without --audience private',
  ],
  [
    {},
    '/manifest.json: expected "audience": "public", found null; this build must not be deployed. Build without --audience private',
  ],
  [
    'null',
    '/manifest.json: expected "audience": "public", found null; this build must not be deployed. Build without --audience private',
  ],
  [
    { ...GOOD, policy: { k: 1, bin_contributors: 3 } },
    '/manifest.json: expected $.policy.k to be 3 or more, found 1; this build must not be deployed. Mend data/policy.json',
  ],
  [
    { ...GOOD, policy: { k: 5 } },
    '/manifest.json: expected $.policy.bin_contributors to be 3 or more, found null; this build must not be deployed. Mend data/policy.json',
  ],
  [
    { ...GOOD, files: [] },
    '/manifest.json: expected only tables that it lists, with their hashes, found "bins/a.arrow"; this build must not be deployed. Build again from clean',
  ],
  [
    { ...GOOD, files: [{ name: 'bins/a.arrow', sha256: '0'.repeat(64) }] },
    '/manifest.json: expected only tables that it lists, with their hashes, found "bins/a.arrow"; this build must not be deployed. Build again from clean',
  ],
])('%j may not', (manifest, words) => {
  expect(check(manifest)).toBe(words)
})

test('nor one whose manifest cannot be read', () => {
  expect(check('{"audience":')).toMatch(
    /^\/manifest\.json: expected a manifest, found .*; this build must not be deployed\. Run npm run build$/,
  )
  expect(checkAudience(join(folder, 'missing.json'))).toContain('ENOENT')
})

describe('the command', () => {
  const run = (...args: string[]) =>
    execFileSync(process.execPath, ['scripts/check_audience.ts', ...args], { stdio: 'pipe' })

  test('exits 0 for a public build and 1 for any other, or for none', () => {
    check(GOOD)
    expect(run(join(folder, 'manifest.json')).toString()).toBe('audience: public\n')
    check({ ...GOOD, audience: 'private' })
    expect(() => run(join(folder, 'manifest.json'))).toThrow()
    expect(() => run()).toThrow()
  })
})
