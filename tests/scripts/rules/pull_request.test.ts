import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkClosedMonths } from '../../../scripts/check_closed_months.ts'
import { checkClosedThrough } from '../../../scripts/check_closed_through.ts'
import { checkContributor, checkWithdrawals, parseAuthor } from '../../../scripts/check_contributor.ts'
import { checkNames } from '../../../scripts/check_names.ts'
import { type Change, type PullRequestFiles, parseChanges } from '../../../scripts/rules/changes.ts'
import type { CatalogEntry } from '../../../scripts/rules/names.ts'
import { parseWithdrawals, type WithdrawalEntry } from '../../../scripts/rules/withdrawals.ts'

type Withdrawals = PullRequestFiles['withdrawals']

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
      modified('data/exports/README.md'),
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

describe('withdrawals', () => {
  const bob = { contributor: 'bob', date: '2026-11-24' }

  test('only the contributor may withdraw', () => {
    expect(checkWithdrawals('Bob', { before: [], after: [bob] })).toEqual([])
    expect(checkWithdrawals('alice', { before: [bob], after: [bob] })).toEqual([])
    expect(checkWithdrawals('alice', { before: [], after: [bob] })).toMatchInlineSnapshot(`
      [
        "data/withdrawn.json withdraws "bob": expected only "alice", this pull request’s author; let the contributor open the pull request",
      ]
    `)
  })

  test('a list that is none is explained', () => {
    expect(() => parseWithdrawals('{')).toThrow('data/withdrawn.json: expected valid JSON, found: ')
    for (const text of ['null', '[]', '{"withdrawals":{}}', '{"withdrawals":[{"contributor":1,"date":"2026-11-24"}]}'])
      expect(() => parseWithdrawals(text)).toThrow(
        'data/withdrawn.json: $.withdrawals: expected a list of {contributor, month, date}, found something else; run npm run withdraw',
      )
    expect(parseWithdrawals(null)).toEqual([])
  })
})

describe('closed months', () => {
  const listed = (...after: WithdrawalEntry[]) => ({ before: [], after })
  const check = (changes: Change[], exportsAfter: string[] = [], withdrawals: Withdrawals = listed()) =>
    checkClosedMonths('2026-11', { changes, exportsAfter, withdrawals, closedThrough: { before: null, after: null } })
  const alice = { contributor: 'alice', date: '2026-11-24' }
  const list = modified('data/withdrawn.json')

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

  test('a withdrawal of whole months that is listed is accepted', () => {
    const changes = [deleted('data/exports/alice/2026-09/a.jsonl'), deleted('data/exports/alice/2026-10/a.jsonl'), list]
    expect(check(changes, ['data/exports/bob/2026-10/a.jsonl'], listed(alice))).toEqual([])
    const months = listed({ ...alice, month: '2026-09' }, { ...alice, month: '2026-10' })
    expect(check(changes, ['data/exports/alice/2026-08/a.jsonl'], months)).toEqual([])
  })

  test('what breaks the rules is explained', () => {
    const cases: [string, Change[], string[], Withdrawals][] = [
      ['a deletion that is not listed', [deleted('data/exports/alice/2026-10/a.jsonl')], [], listed()],
      [
        'a deletion of another month than the listed one',
        [deleted('data/exports/alice/2026-10/a.jsonl'), list],
        [],
        listed({ ...alice, month: '2026-09' }),
      ],
      [
        'a withdrawal of part of a month',
        [deleted('data/exports/alice/2026-10/a.jsonl'), list],
        ['data/exports/alice/2026-10/b.jsonl'],
        listed(alice),
      ],
      [
        'a deletion along with anything else',
        [deleted('data/exports/alice/2026-10/a.jsonl'), added('README.md')],
        [],
        listed(),
      ],
      [
        'a withdrawal along with anything else',
        [deleted('data/exports/alice/2026-11/a.jsonl'), list, modified('pipeline/cli.ts')],
        [],
        listed(alice),
      ],
      ['a revoked withdrawal', [list], [], { before: [alice], after: [] }],
      ['an entry without the deletion', [list], ['data/exports/alice/2026-11/a.jsonl'], listed(alice)],
      [
        'a withdrawn month that comes back',
        [added('data/exports/alice/2026-11/a.jsonl')],
        ['data/exports/alice/2026-11/a.jsonl'],
        { before: [alice], after: [alice] },
      ],
    ]
    const found = cases.map(([name, ...rest]) => [name, check(...rest)])
    expect(Object.fromEntries(found)).toMatchInlineSnapshot(`
      {
        "a deletion along with anything else": [
          ""data/exports/alice/2026-10/a.jsonl" deleted: expected no change outside the current month 2026-11; to withdraw, run npm run withdraw and open a pull request that does nothing else",
        ],
        "a deletion of another month than the listed one": [
          ""data/exports/alice/2026-10/a.jsonl" deleted: expected an entry in data/withdrawn.json, found none; run npm run withdraw -- alice, which deletes the files and writes it",
        ],
        "a deletion that is not listed": [
          ""data/exports/alice/2026-10/a.jsonl" deleted: expected an entry in data/withdrawn.json, found none; run npm run withdraw -- alice, which deletes the files and writes it",
        ],
        "a revoked withdrawal": [
          "data/withdrawn.json: expected the entry {"contributor":"alice","date":"2026-11-24"} of the base, found none; a withdrawal cannot be revoked, restore it",
        ],
        "a withdrawal along with anything else": [
          ""pipeline/cli.ts" changed: expected nothing but the withdrawal in this pull request; open another one for the rest",
        ],
        "a withdrawal of part of a month": [
          ""data/exports/alice/2026-10/b.jsonl": expected no file of a withdrawn month, found it listed in data/withdrawn.json; delete the file",
          ""data/exports/alice/2026-10/a.jsonl" deleted: expected a withdrawal of the whole month, found "data/exports/alice/2026-10/b.jsonl" left; delete "data/exports/alice/2026-10/" as a whole",
        ],
        "a withdrawn month that comes back": [
          ""data/exports/alice/2026-11/a.jsonl": expected no file of a withdrawn month, found it listed in data/withdrawn.json; delete the file",
        ],
        "an entry without the deletion": [
          ""data/exports/alice/2026-11/a.jsonl": expected no file of a withdrawn month, found it listed in data/withdrawn.json; delete the file",
        ],
      }
    `)
  })

  test('a later month than the withdrawal may come', () => {
    const path = 'data/exports/alice/2026-11/a.jsonl'
    const past = { ...alice, date: '2026-10-31' }
    expect(check([added(path)], [path], { before: [past], after: [past] })).toEqual([])
  })
})

describe('closed through', () => {
  const check = (before: number | null, after: number | null, changes: Change[] = []) =>
    checkClosedThrough('2026-11', {
      changes,
      exportsAfter: [],
      withdrawals: { before: [], after: [] },
      closedThrough: { before, after },
    })

  test('moves forward, up to the last month that is over', () => {
    expect(check(202609, 202610)).toEqual([])
    expect(check(null, 202610)).toEqual([])
    expect(check(202610, 202610, [added('data/exports/alice/2026-11/a.jsonl')])).toEqual([])
  })

  test('what breaks the rule is explained', () => {
    expect([
      ...check(202610, 202609),
      ...check(202610, 202611),
      ...check(202610, null),
      ...check(202609, 202610, [added('data/exports/alice/2026-11/a.jsonl')]),
    ]).toMatchInlineSnapshot(`
      [
        "data/policy.json: $.closed_through 202610 → 202609: expected no step back, as 2026-10 is released; restore 202610",
        "data/policy.json: $.closed_through 202610 → 202611: expected a month that is over, before 2026-11; wait for its end",
        "data/policy.json: expected the file, found it deleted; restore it",
        "data/policy.json: $.closed_through 202609 → 202610: expected no change of exports beside it, found "data/exports/alice/2026-11/a.jsonl"; open another pull request for it",
      ]
    `)
  })
})

describe('names', () => {
  const entries = (...list: CatalogEntry[]) => new Map(list.map((entry) => [`gpus ${entry.id}`, entry]))
  const a100 = { id: 'a100', names: ['A100'] }

  test('count from a month on that is not released', () => {
    const later = { ...a100, names: ['A100', 'A100 renamed'], names_since: { 'A100 renamed': '2026-11' } }
    const fresh = { id: 'h999', names: ['H999'], since: '2026-11' }
    expect(checkNames(202610, entries(a100), entries(later, fresh))).toEqual([])
    expect(checkNames(202611, entries(later, fresh), entries(later, fresh))).toEqual([])
    expect(checkNames(null, entries(), entries(a100))).toEqual([])
  })

  test('what breaks the rule is explained', () => {
    const later = { ...a100, names: ['A100', 'A100 renamed'], names_since: { 'A100 renamed': '2026-12' } }
    expect([
      ...checkNames(202610, entries(), entries(a100)),
      ...checkNames(202610, entries(a100), entries({ ...later, names_since: { 'A100 renamed': '2026-10' } })),
      ...checkNames(202610, entries(later), entries({ ...later, names_since: {} })),
    ]).toMatchInlineSnapshot(`
      [
        "data/catalog: gpus "a100": $.since: expected a month after 2026-10, which is released, found null; write the current month",
        "data/catalog: gpus "a100": $.names_since["A100 renamed"]: expected a month after 2026-10, which is released, found "2026-10"; write the current month",
        "data/catalog: gpus "a100": $.names_since["A100 renamed"]: expected a month after 2026-10, which is released, found null; write the current month",
      ]
    `)
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

  test('a withdrawal is judged from what the commits hold', () => {
    rmSync(join(folder, 'data/exports/bob'), { recursive: true })
    const before = head
    head = commit('data/withdrawn.json', '{"withdrawals":[{"contributor":"bob","date":"2020-02-01"}]}')
    expect(run('check_closed_months', { BASE_SHA: before })).toEqual([0, 'closed months: nothing to object to\n'])
    expect(run('check_contributor', { BASE_SHA: before, PR_AUTHOR: 'mallory' })).toEqual([
      1,
      expect.stringContaining('contributor: data/withdrawn.json withdraws "bob": expected only "mallory"'),
    ])
    expect(run('check_contributor', { BASE_SHA: before, PR_AUTHOR: 'bob' })).toEqual([
      0,
      'contributor: nothing to object to\n',
    ])
    head = before
  })

  test('a merge that deletes the file of another is refused, though its branch shows no difference', () => {
    git('checkout', '--quiet', '-b', 'trunk', base)
    const root = commit('data/exports/victim/2020-01/v.jsonl')
    git('checkout', '--quiet', '-b', 'harmless')
    const harmless = commit('data/exports/mallory/2020-01/m.jsonl')
    git('checkout', '--quiet', 'trunk')
    const trunk = commit('README.md')
    merge('harmless')
    const now = git('rev-parse', 'HEAD').trim()
    git('checkout', '--quiet', '-b', 'crossed', harmless)
    merge(trunk)
    git('rm', '--quiet', 'data/exports/victim/2020-01/v.jsonl')
    const crossed = commit('note.md')
    expect(git('merge-base', '--all', now, crossed).trim().split('\n')).toHaveLength(2)
    for (const script of ['check_contributor', 'check_closed_months', 'check_closed_through'])
      expect(run(script, { BASE_SHA: now, HEAD_SHA: crossed, PR_AUTHOR: 'mallory' })).toEqual([
        1,
        expect.stringContaining('expected one merge base with the base branch, found 2; rebase the branch'),
      ])
    git('checkout', '--quiet', '-b', 'later', root)
    const later = commit('data/exports/mallory/2020-01/later.jsonl')
    expect(run('check_contributor', { BASE_SHA: now, HEAD_SHA: later, PR_AUTHOR: 'mallory' })).toEqual([
      0,
      'contributor: nothing to object to\n',
    ])
    git('checkout', '--quiet', 'main')
  })

  test('a name that counts for released months is refused', () => {
    const gpus = (aliases: string[]) => JSON.stringify({ gpus: [{ id: 'a100', aliases }] })
    git('checkout', '--quiet', '-b', 'catalogue', base)
    commit('data/policy.json', '{"closed_through":202001}')
    const before = commit('data/catalog/gpus.json', gpus(['A100']))
    const after = commit('data/catalog/gpus.json', gpus(['A100', 'A100 renamed']))
    git('checkout', '--quiet', 'main')
    expect(run('check_names', { BASE_SHA: before, HEAD_SHA: after })).toEqual([
      1,
      expect.stringContaining('gpus "a100": $.names_since["A100 renamed"]: expected a month after 2020-01'),
    ])
  })

  test('a branch that conflicts is refused', () => {
    git('checkout', '--quiet', '-b', 'ours', base)
    const ours = commit('conflict.md', 'ours\n')
    git('checkout', '--quiet', '-b', 'theirs', base)
    const theirs = commit('conflict.md', 'theirs\n')
    git('checkout', '--quiet', 'main')
    expect(run('check_contributor', { BASE_SHA: ours, HEAD_SHA: theirs, PR_AUTHOR: 'bob' })).toEqual([
      1,
      expect.stringContaining('expected a branch that merges without conflicts'),
    ])
  })

  test('a released month that changes by whatever way is found in the history', () => {
    git('checkout', '--quiet', '-b', 'released', base)
    commit('data/policy.json', '{"closed_through":202001}')
    commit('data/policy.json', '{"closed_through":202002}')
    commit('data/exports/carol/2020-03/c.jsonl')
    expect(run('check_history', {})).toEqual([0, 'history: nothing to object to\n'])
    commit('data/exports/carol/2020-02/late.jsonl')
    git('rm', '--quiet', 'data/exports/alice/2020-01/a.jsonl')
    commit('data/withdrawn.json', '{"withdrawals":[]}')
    const [code, text] = run('check_history', {})
    expect([code, text.replaceAll(/[0-9a-f]{12}/g, '<commit>')]).toEqual([
      1,
      'history: "data/exports/alice/2020-01/a.jsonl" deleted: expected no change since <commit> closed 2020-01; revert what changed it\n' +
        'history: "data/exports/carol/2020-02/late.jsonl" added: expected no change since <commit> closed 2020-02; revert what changed it\n',
    ])
    git('rm', '--quiet', 'data/exports/carol/2020-02/late.jsonl')
    commit('data/withdrawn.json', '{"withdrawals":[{"contributor":"alice","date":"2020-02-01"}]}')
    expect(run('check_history', {})[0]).toBe(0)
    commit('data/policy.json', '{"closed_through":202001}')
    expect(run('check_history', {})[1]).toContain('expected no step back from 202002, found 202001')
    git('checkout', '--quiet', 'main')
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

  function commit(path: string, text = '{}\n'): string {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    git('add', '.')
    git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '--quiet', '--message', path)
    return git('rev-parse', 'HEAD').trim()
  }

  function merge(branch: string): void {
    git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'merge', '--quiet', '--no-ff', '--no-edit', branch)
  }

  function git(...args: string[]): string {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
  }
})
