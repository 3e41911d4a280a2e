import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkClosedMonths } from '../../../scripts/check_closed_months.ts'
import { checkContributor, parseAuthor } from '../../../scripts/check_contributor.ts'
import { type Change, parseChanges } from '../../../scripts/rules/changes.ts'

const added = (path: string): Change => ({ status: 'added', path })
const modified = (path: string): Change => ({ status: 'modified', path })
const deleted = (path: string): Change => ({ status: 'deleted', path })

describe('parseChanges', () => {
  test('reads statuses and paths with any character in them', () => {
    expect(parseChanges('A\0data/a b.jsonl\0M\0line\nbreak\0D\0gone\0T\0became-a-link\0')).toEqual([
      added('data/a b.jsonl'),
      modified('line\nbreak'),
      deleted('gone'),
      modified('became-a-link'),
    ])
    expect(parseChanges('')).toEqual([])
  })
})

describe('contributor', () => {
  test('authors may touch their own folder, whatever the case of their name, and anything that is no export', () => {
    const changes = [
      added('data/exports/alice/2026-11/a.jsonl'),
      modified('README.md'),
      added('data/curated/x/y.jsonl'),
    ]
    expect(checkContributor('Alice', changes)).toEqual([])
  })

  test('nobody may add, change or delete in the folder of another', () => {
    const paths = [
      'data/exports/bob/2026-11/a.jsonl',
      'data/exports/alice2/2026-11/a.jsonl',
      'data/exports/stray.jsonl',
    ]
    expect(checkContributor('alice', [added(paths[0]!), modified(paths[1]!), deleted(paths[2]!)])).toHaveLength(3)
    expect(checkContributor('alice', [added(paths[0]!)])).toMatchInlineSnapshot(`
      [
        ""data/exports/bob/2026-11/a.jsonl" added: expected a path under data/exports/alice/, the folder of this pull request’s author; move the file there, or let the owner of the folder open the pull request",
      ]
    `)
  })

  test('a name that is none is refused', () => {
    expect(parseAuthor('Ab-1')).toBe('Ab-1')
    expect(parseAuthor('renovate[bot]')).toBe('renovate[bot]')
    for (const name of [undefined, '', '../bob', 'a b', '-a', 'a/b', 'a\nb', 'x'.repeat(40)])
      expect(() => parseAuthor(name)).toThrow('PR_AUTHOR: expected a GitHub user name')
  })
})

describe('closed months', () => {
  const check = (changes: Change[], exportsAfter: string[] = []) =>
    checkClosedMonths('2026-11', { changes, exportsAfter })

  test('the current month and everything outside data/exports may change', () => {
    const path = 'data/exports/alice/2026-11/a.jsonl'
    expect(check([added(path), modified(path), deleted(path), modified('pipeline/cli.ts')], [path])).toEqual([])
  })

  test.each([
    added('data/exports/alice/2026-10/late.jsonl'),
    modified('data/exports/alice/2026-10/a.jsonl'),
    added('data/exports/alice/2026-12/early.jsonl'),
    added('data/exports/alice/no-month.jsonl'),
  ])('$status $path is refused', (change) => {
    expect(check([change])).toEqual([expect.stringContaining('folder of the current month, 2026-11')])
  })

  test('a withdrawal of whole months is accepted', () => {
    const changes = [deleted('data/exports/alice/2026-09/a.jsonl'), deleted('data/exports/alice/2026-10/a.jsonl')]
    expect(check(changes, ['data/exports/alice/2026-08/a.jsonl', 'data/exports/bob/2026-10/a.jsonl'])).toEqual([])
  })

  test('a withdrawal of part of a month is refused', () => {
    const problems = check([deleted('data/exports/alice/2026-10/a.jsonl')], ['data/exports/alice/2026-10/b.jsonl'])
    expect(problems).toEqual([expect.stringContaining('delete "data/exports/alice/2026-10/" as a whole')])
  })

  test('a deletion along with anything else is refused', () => {
    const problems = check([deleted('data/exports/alice/2026-10/a.jsonl'), added('README.md')])
    expect(problems).toEqual([expect.stringContaining('deletes whole month folders and does nothing else')])
  })
})

describe('the commands, on a real repository', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rules-test-'))
  let base = ''
  let head = ''

  beforeAll(() => {
    git('init', '--quiet', '--initial-branch=main')
    base = commit('data/exports/alice/2020-01/a.jsonl')
    head = commit('data/exports/bob/2020-01/b.jsonl')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('exit 0 where the rule holds', () => {
    expect(run('check_contributor', { PR_AUTHOR: 'bob' })).toEqual([0, 'contributor: nothing to object to\n'])
  })

  test('exit 1 with the path where it does not', () => {
    expect(run('check_contributor', { PR_AUTHOR: 'mallory' })).toEqual([
      1,
      expect.stringContaining('data/exports/bob/2020-01/b.jsonl'),
    ])
    expect(run('check_closed_months', {})).toEqual([1, expect.stringContaining('2020-01/b.jsonl')])
  })

  test('no value reaches git as an option', () => {
    expect(run('check_closed_months', { HEAD_SHA: '--output=/tmp/x' })).toEqual([
      1,
      expect.stringContaining('HEAD_SHA: expected a full commit id'),
    ])
  })

  function run(script: string, env: Record<string, string>): [number, string] {
    const path = join(import.meta.dirname, `../../../scripts/${script}.ts`)
    const all = { ...process.env, BASE_SHA: base, HEAD_SHA: head, ...env }
    try {
      return [0, execFileSync(process.execPath, [path], { cwd: folder, env: all, encoding: 'utf8', stdio: 'pipe' })]
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: string }
      return [status, stderr]
    }
  }

  function commit(path: string): string {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), '{}\n')
    git('add', '.')
    git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '--quiet', '--message', path)
    return git('rev-parse', 'HEAD').trim()
  }

  function git(...args: string[]): string {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
  }
})
