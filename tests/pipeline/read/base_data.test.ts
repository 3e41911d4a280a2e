import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withBaseData } from '../../../pipeline/read/base_data.ts'

let folder: string
let dataDir: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'base-data-'))
  dataDir = join(folder, 'some where', 'data')
  git('init', '--quiet', '--initial-branch=main')
  put('exports/ada/2026-10/a.jsonl', 'old\n')
  put('policy.json', '{}')
  git('add', '.')
  git('commit', '--quiet', '--message', 'base')
  put('exports/ada/2026-10/a.jsonl', 'new\n')
  put('exports/bob/2026-10/b.jsonl', 'untracked\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(dataDir, path)), { recursive: true })
  writeFileSync(join(dataDir, path), text)
}

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org']
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
}

const list = (dir: string) => readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()

test.each([
  'HEAD',
  'main',
])('gives what %s holds, without touching work tree or index, and removes it afterwards', async (base) => {
  const status = git('status', '--porcelain')
  const seen = await withBaseData(base, dataDir, async (dir) => {
    expect(readFileSync(join(dir, 'exports/ada/2026-10/a.jsonl'), 'utf8')).toBe('old\n')
    expect(list(dir)).not.toContain('exports/bob')
    return dir
  })
  expect(existsSync(seen)).toBe(false)
  expect(git('status', '--porcelain')).toBe(status)
})

test('gives a folder as it is', async () => {
  expect(await withBaseData(dataDir, folder, async (dir) => dir)).toBe(dataDir)
})

test('removes what it wrote where its use fails', async () => {
  let seen = ''
  const failing = withBaseData('HEAD', dataDir, async (dir) => {
    seen = dir
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(existsSync(seen)).toBe(false)
})

test.each([
  [
    'nowhere',
    /^--base: expected a data folder or a git commit known in .*, found "nowhere"\. Fix: fetch the commit, or name a folder\.$/,
  ],
  ['--help', /found "--help"/],
  ['HEAD:some where', /found "HEAD:some where"/],
])('explains %j, which is neither', async (base, words) => {
  await expect(withBaseData(base, dataDir, async () => {})).rejects.toThrow(words)
})

test('explains a commit that lacks the folder', async () => {
  const other = join(folder, 'other')
  mkdirSync(other)
  await expect(withBaseData('HEAD', other, async () => {})).rejects.toThrow(
    '--base: expected "HEAD" to hold the folder other/, found none. Fix: name a commit that has it.',
  )
})
