import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../../../pipeline/validate.ts'
import { callCommand } from '../../support/call_command.ts'

const CASE = resolve('tests/fixtures/diff/new-file')
const SCRIPT = resolve('pipeline/validate.ts')
let folder: string
let dataDir: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diff-'))
  dataDir = join(folder, 'data')
  cpSync(join(CASE, 'data'), dataDir, { recursive: true })
  cpSync(join(CASE, 'new', 'runs.jsonl'), join(folder, 'runs.jsonl'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(...args: string[]) {
  const all = ['--diff', '--no-cache', '--data', dataDir, ...args]
  const { code, stdout, stderr } = await callCommand(main, all, folder)
  return { code, stdout, stderr: stderr.replaceAll(folder, '') }
}

describe('a file that lies in the data folder', () => {
  test('is compared with the data folder without it', async () => {
    const { code, stdout } = await run(join(dataDir, 'exports', 'ada', '2026-10', 'runs.jsonl'))
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Files \(1\)\n {2}exports\/ada\/2026-10\/runs\.jsonl added\n/)
    expect(stdout).toContain('Cells that appear (2)')
  })

  test('is the same as with --base of a commit that lacks it, and the work tree stays as it is', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
        cwd: folder,
        encoding: 'utf8',
      })
    const fresh = 'exports/eve/2026-10/runs.jsonl'
    const { stdout: expected } = await run(join(dataDir, fresh))
    git('init', '--quiet')
    git('add', 'data')
    git('rm', '--quiet', '--cached', `data/${fresh}`)
    git('commit', '--quiet', '--message', 'base')
    const status = git('status', '--porcelain')
    expect((await run('--base', 'HEAD')).stdout).toBe(expected)
    expect(git('status', '--porcelain')).toBe(status)
  })
})

test('a second time, from the cache, it says the same', async () => {
  const file = join(dataDir, 'exports', 'eve', '2026-10', 'runs.jsonl')
  const all = [SCRIPT, '--diff', '--data', dataDir, '--cache', join(folder, 'cache'), file]
  // In processes of their own, as people start it; the other cases run the command in this one.
  const [first, second] = [1, 2].map(() => spawnSync(process.execPath, all, { encoding: 'utf8' }).stdout)
  expect(first).toBe((await run(file)).stdout)
  expect(second).toBe(first)
})

test('nothing that is published changes: says so', async () => {
  const { code, stdout } = await run('--base', dataDir)
  expect([code, stdout]).toEqual([0, 'Nothing that is published changes.\n'])
})

describe('wrong usage is explained:', () => {
  test.each([
    [[], 'no file', '--diff: expected at least one file, or --base, found neither'],
    [
      ['runs.jsonl'],
      'no place',
      'runs.jsonl: expected a file of /data, or --as CONTRIBUTOR/YYYY-MM, found neither. Fix: say where the file would lie.',
    ],
    [
      ['runs.jsonl', '--as', 'Fay/2026-10'],
      'a place that is none',
      '--as: expected CONTRIBUTOR/YYYY-MM, found "Fay/2026-10". Fix: write the account in lower case and the month of the release.',
    ],
    [
      ['runs.jsonl', '--base', 'HEAD'],
      'files and a base',
      '--base: expected the data folder as it is, found files too. Fix: name either files or --base.',
    ],
    [['--format', 'xml'], 'a format that is none', '--format: expected text, markdown or json, found "xml"'],
    [
      ['runs.jsonl', join('data', '..', 'runs.jsonl'), '--as', 'fay/2026-10'],
      'two files of one name',
      'exports/fay/2026-10/runs.jsonl: expected one file of that name, found two. Fix: rename one.',
    ],
  ])('%j (%s)', async (args, _, words) => {
    expect(await run(...args)).toEqual({ code: 2, stdout: '', stderr: `${words}\n` })
  })

  test.each([
    [
      ['--base', '--output=/tmp/x'],
      1,
      '--base: expected a data folder or a git commit known in /data, found "--output=/tmp/x". Fix: fetch the commit, or name a folder.',
    ],
    [
      ['missing.jsonl', '--as', 'fay/2026-10'],
      1,
      'missing.jsonl: refused: expected a file, found nothing. Fix: check the path.',
    ],
  ])('%j', async (args, code, words) => {
    const joined = args[0] === '--base' ? [`--base=${args[1]}`] : args
    expect(await run(...joined)).toEqual({ code, stdout: '', stderr: `${words}\n` })
  })

  test('a withdrawn place', async () => {
    const withdrawals = [{ contributor: 'fay', date: '2026-11-02' }]
    writeFileSync(join(dataDir, 'withdrawn.json'), JSON.stringify({ schema_version: 1, withdrawals, cells: [] }))
    const { code, stderr } = await run('runs.jsonl', '--as', 'fay/2026-10')
    rmSync(join(dataDir, 'withdrawn.json'))
    expect([code, stderr]).toEqual([
      2,
      '--as: expected a folder that is not withdrawn, found fay/2026-10 in withdrawn.json. Fix: use a later month.\n',
    ])
  })
})
