import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** The command, from outside. */

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'run.ts'), ...args], { encoding: 'utf8' })

test('npm run simulate says how to use it', () => {
  const { status, stdout } = run('--help')
  expect(status).toBe(0)
  expect(stdout).toContain('--size full|small')
})

test('npm run simulate names a size that it does not know', () => {
  const { status, stderr } = run('--size', 'huge')
  expect(status).toBe(2)
  expect(stderr).toBe('--size: expected full or small, found "huge"\n')
})
