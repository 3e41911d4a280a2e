import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readPlaywrightCounts, readVitestCounts } from '../../../scripts/test/read_counts.ts'

// Inside node_modules, so that the inner test files find their imports and git never sees them.
const folder = mkdtempSync(join(import.meta.dirname, '../../../node_modules/.counts-test-'))
const report = join(folder, 'report.json')

afterAll(() => rmSync(folder, { recursive: true }))

test('reads what Vitest really writes: passed, failed, skipped, to do, and a file that does not load', () => {
  write(
    'some.test.mjs',
    `import { expect, test } from 'vitest'
     test('a', () => {})
     test('b', () => {})
     test('c', () => expect(1).toBe(2))
     test.skip('d', () => {})
     test.todo('e')`,
  )
  write('broken.test.mjs', 'import "./missing.mjs"')
  write('vitest.config.mjs', 'export default { test: { include: ["*.test.mjs"] } }')
  run('vitest', ['run', '--root', folder, '--reporter=json', `--outputFile.json=${report}`])
  expect(readVitestCounts(report)).toEqual({ passed: 2, failed: 2, skipped: 2 })
})

test('reads what Playwright really writes: passed, failed, skipped, and a file that does not load', () => {
  const imports = `import { expect, test } from '@playwright/test'\n`
  write('some.spec.mjs', `${imports}test('a', () => {})\ntest('b', () => expect(1).toBe(2))\ntest.skip('c', () => {})`)
  write('playwright.config.mjs', 'export default { testMatch: "some.spec.mjs", outputDir: "out" }')
  run('playwright', ['test', '--reporter=json'])
  expect(readPlaywrightCounts(report)).toEqual({ passed: 1, failed: 1, skipped: 1 })
  write('playwright.config.mjs', 'export default { testMatch: "*.spec.mjs", outputDir: "out" }')
  write('broken.spec.mjs', 'import "./missing.mjs"')
  run('playwright', ['test', '--reporter=json'])
  expect(readPlaywrightCounts(report)?.failed).toBeGreaterThan(0)
})

test('no counts where the runner died before its report', () => {
  const missing = join(tmpdir(), 'no-such-report.json')
  expect([readVitestCounts(missing), readPlaywrightCounts(missing)]).toEqual([undefined, undefined])
  writeFileSync(report, '{"numPassed')
  expect(readVitestCounts(report)).toBeUndefined()
})

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

/** Runs a test runner that is expected to fail. */
function run(command: string, args: string[]): void {
  const bin = join(import.meta.dirname, '../../../node_modules/.bin', command)
  // This test runs inside Vitest, whose variables must not reach the inner runner.
  const clean = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST|FORCE_COLOR)/.test(name))
  const env = { ...Object.fromEntries(clean), PLAYWRIGHT_JSON_OUTPUT_FILE: report }
  expect(() => execFileSync(bin, args, { cwd: folder, env, stdio: 'pipe' })).toThrow('Command failed')
}
