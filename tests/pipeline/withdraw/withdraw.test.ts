import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CellRow, Withdrawn } from '../../../contracts/index.ts'
import { build } from '../../../pipeline/build/build.ts'
import { main } from '../../../pipeline/withdraw.ts'
import { generateCorpus } from '../../bench/generate.ts'
import { callCommand } from '../../support/call_command.ts'
import { addSmallCatalogue } from '../../support/small_catalogue.ts'

/** A small corpus of eleven contributors in two months, out of which one withdraws. */

const WHO = 'contributor-003'
const SCRIPT = resolve('pipeline/withdraw.ts')
let folder: string
let before: CellRow[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'withdraw-'))
  await corpus('base')
  before = await publish('base')
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function corpus(name: string): Promise<string> {
  const dataDir = join(folder, name)
  for (const [seed, month] of [
    [1, '2026-09'],
    [2, '2026-10'],
  ] as const)
    await generateCorpus(dataDir, { lines: 4000, contributors: 11, seed, linesPerFile: 50_000, month })
  addSmallCatalogue(dataDir)
  cpSync('data/policy.json', join(dataDir, 'policy.json'))
  return dataDir
}

function copy(name: string): string {
  cpSync(join(folder, 'base'), join(folder, name), { recursive: true })
  return join(folder, name)
}

async function publish(name: string): Promise<CellRow[]> {
  const outDir = join(folder, `${name}-out`, 'data')
  await build({ dataDir: join(folder, name), outDir, audience: 'public' })
  return readCells(outDir)
}

function readCells(outDir: string): CellRow[] {
  return tableFromIPC(readFileSync(join(outDir, 'cells.arrow')))
    .toArray()
    .map((row) => row.toJSON() as CellRow)
}

async function run(...args: string[]) {
  const { code, stdout, stderr } = await callCommand(main, args)
  return { code, stdout: stdout.replaceAll(folder, ''), stderr: stderr.replaceAll(folder, '') }
}

const listOf = (dataDir: string) => JSON.parse(readFileSync(join(dataDir, 'withdrawn.json'), 'utf8')) as Withdrawn
const key = (cell: object) => JSON.stringify(cell)

describe('a withdrawal of one month', () => {
  let after: CellRow[]
  let dataDir: string
  beforeAll(async () => {
    dataDir = copy('month')
    // In a process of its own, as people start it; the other cases run the command in this one.
    const args = [SCRIPT, WHO, '--month', '2026-09', '--data', dataDir]
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    after = await publish('month')
  }, 120_000)

  test('deletes the files of that month and no other', () => {
    expect(existsSync(join(dataDir, 'exports', WHO, '2026-09'))).toBe(false)
    expect(existsSync(join(dataDir, 'exports', WHO, '2026-10', 'part-0000.jsonl'))).toBe(true)
  })

  test('leaves every other cell exactly as it was, and adds none', () => {
    const former = new Set(before.map(key))
    expect(after.filter((cell) => !former.has(key(cell)))).toEqual([])
    const left = new Set(after.map(key))
    const gone = before.filter((cell) => !left.has(key(cell)))
    expect(gone.length).toBe(listOf(dataDir).cells.length)
    expect(gone.length).toBeGreaterThan(5)
    expect(new Set(gone.map(({ month }) => month))).toEqual(new Set(['2026-09']))
    expect(after.filter(({ month }) => month === '2026-09').length).toBeGreaterThan(0)
    const frozen = new Set(listOf(dataDir).frozen!.map(({ row }) => row.cell_id))
    expect(after.filter(({ cell_id }) => frozen.has(cell_id))).toHaveLength(frozen.size)
    // Generalised cells are among both, so that falling through from one level to the next was put to the test.
    expect(gone.some(({ prompt_bucket }) => prompt_bucket === 'any')).toBe(true)
  })

  test('is what deleting the files alone is not: that moves what is left into other cells', async () => {
    rmSync(join(copy('naive'), 'exports', WHO, '2026-09'), { recursive: true })
    const former = new Set(before.map(key))
    expect((await publish('naive')).filter((cell) => !former.has(key(cell))).length).toBeGreaterThan(0)
  })

  test('names the contributor nowhere among the cells, nor in what is published', () => {
    const { withdrawals, cells, frozen } = listOf(dataDir)
    expect(withdrawals).toEqual([
      { contributor: WHO, month: '2026-09', date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    ])
    expect(JSON.stringify(cells)).not.toContain('contributor')
    const manifest = JSON.parse(readFileSync(join(folder, 'month-out', 'data', 'manifest.json'), 'utf8'))
    expect(JSON.stringify(frozen)).not.toContain(WHO)
    const ids = frozen!.map(({ row }) => row.cell_id)
    expect(manifest.withdrawn).toEqual({ cells: cells.length, frozen: ids })
    expect(manifest.inputs.filter(({ path }: { path: string }) => path.includes(`${WHO}/2026-09`))).toEqual([])
  })

  test('holds though the files lie there still, or come back', async () => {
    cpSync(join(folder, 'base', 'exports', WHO), join(dataDir, 'exports', WHO), { recursive: true })
    const { skipped } = await build({ dataDir, outDir: join(folder, 'back-out', 'data'), audience: 'public' })
    expect(skipped.map(({ path }) => path)).toEqual([`exports/${WHO}/2026-09/part-0000.jsonl`])
    expect(readCells(join(folder, 'back-out', 'data'))).toEqual(after)
    rmSync(join(dataDir, 'exports', WHO, '2026-09'), { recursive: true })
  })

  test('a second contributor can follow', async () => {
    expect(await run('contributor-005', '--data', dataDir)).toMatchObject({ code: 0, stderr: '' })
    const former = new Set(after.map(key))
    expect((await publish('month')).filter((cell) => !former.has(key(cell)))).toEqual([])
    expect(listOf(dataDir).withdrawals.map(({ contributor }) => contributor)).toEqual([WHO, 'contributor-005'])
  })
})

test('a sample that counted as a duplicate of a withdrawn one comes back in no cell', async () => {
  const dataDir = copy('copied')
  const own = readFileSync(join(dataDir, 'exports', WHO, '2026-09', 'part-0000.jsonl'), 'utf8')
  appendFileSync(
    join(dataDir, 'exports', 'contributor-006', '2026-10', 'part-0000.jsonl'),
    own.replaceAll('"ts":"2026-09', '"ts":"2026-10'),
  )
  const former = new Set((await publish('copied')).map(key))
  await run(WHO, '--month', '2026-09', '--data', dataDir)
  expect((await publish('copied')).filter((cell) => !former.has(key(cell)))).toEqual([])
  expect(listOf(dataDir).cells.some(({ month }) => month === '2026-10')).toBe(true)
})

describe('the command', () => {
  test('tells what would go with --dry-run, and changes nothing', async () => {
    const dataDir = copy('dry')
    const { stdout } = await run(WHO, '--data', dataDir, '--dry-run')
    expect(stdout).toMatch(
      /^contributor-003: 2 files and \d+ published cells would go, \d+ published cells frozen as released\n$/,
    )
    expect(existsSync(join(dataDir, 'withdrawn.json'))).toBe(false)
    expect(existsSync(join(dataDir, 'exports', WHO, '2026-09', 'part-0000.jsonl'))).toBe(true)
  })

  test.each([
    [[], 2, 'Expected one contributor, found 0. --help shows how to use this command.'],
    [
      ['../x'],
      2,
      'CONTRIBUTOR: expected a folder name under exports, found "../x". Fix: write the account in lower case.',
    ],
    [['ada', '--month', '2026-13'], 2, '--month: expected YYYY-MM, found "2026-13"'],
    [['--check'], 2, '--check: expected the data before as --base REF|DIR, found none'],
    [
      ['nobody'],
      1,
      'nobody: expected exports under /base/exports/nobody, found none that count. Fix: check the name and the month.',
    ],
    [
      ['--check', '--base', 'no-such-branch'],
      1,
      '--base: expected a data folder or a git commit known in /base, found "no-such-branch". Fix: fetch the commit, or name a folder.',
    ],
  ])('explains %j', async (args, code, words) => {
    expect(await run(...args, '--data', join(folder, 'base'))).toEqual({ code, stdout: '', stderr: `${words}\n` })
  })

  test('says what is wrong with a withdrawn.json', async () => {
    const dataDir = copy('broken')
    writeFileSync(
      join(dataDir, 'withdrawn.json'),
      '{"schema_version":1,"withdrawals":[{"contributor":"Ada"}],"cells":[]}',
    )
    expect((await run(WHO, '--data', dataDir)).stderr).toMatchInlineSnapshot(`
      "/broken/withdrawn.json: does not fit its contract:
      ✖ Invalid string: must match pattern /^[a-z0-9][a-z0-9.-]{0,95}$/
        → at withdrawals[0].contributor
      ✖ Invalid input: expected string, received undefined
        → at withdrawals[0].date
      "
    `)
  })
})

describe('--check', () => {
  const check = (dataDir: string, base: string) => run('--check', '--data', dataDir, '--base', base)
  const change = (dataDir: string, edit: (list: Withdrawn) => void) => {
    const list = listOf(dataDir)
    edit(list)
    writeFileSync(join(dataDir, 'withdrawn.json'), JSON.stringify(list))
  }
  let dataDir: string
  beforeAll(async () => {
    dataDir = copy('checked')
    await run(WHO, '--data', dataDir)
  })

  test('accepts what the command wrote, against a folder and against a commit', async () => {
    expect(await check(dataDir, join(folder, 'base'))).toEqual({
      code: 0,
      stdout: 'withdrawn.json: nothing to object to\n',
      stderr: '',
    })
    const top = join(folder, 'repository')
    cpSync(join(folder, 'base'), join(top, 'deep', 'data'), { recursive: true })
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: top, stdio: 'pipe' })
    git('init', '--quiet')
    git('add', '.')
    git('commit', '--quiet', '--message', 'base')
    cpSync(join(dataDir, 'withdrawn.json'), join(top, 'deep', 'data', 'withdrawn.json'))
    rmSync(join(top, 'deep', 'data', 'exports', WHO), { recursive: true })
    expect(await check(join(top, 'deep', 'data'), 'HEAD')).toMatchObject({ code: 0, stderr: '' })
    expect(git('status', '--porcelain').toString()).toContain(`D deep/data/exports/${WHO}/`)
  })

  test('objects to a cell left out, one too many, and an entry taken back', async () => {
    const copyOf = join(folder, 'checked-broken')
    cpSync(dataDir, copyOf, { recursive: true })
    let dropped = ''
    change(copyOf, ({ cells, frozen }) => {
      dropped = Object.values(cells.pop()!).join(' ')
      cells.push({ ...cells[0]!, month: '2025-01' })
      frozen![0]!.row.samples++
    })
    const { code, stderr } = await check(copyOf, join(folder, 'base'))
    expect(code).toBe(1)
    expect(stderr.split('\n')).toEqual([
      `withdrawn.json: $.cells: expected ${dropped}, found no such entry. Fix: run npm run withdraw on the base again and commit what it writes.`,
      expect.stringMatching(
        /^withdrawn\.json: \$\.cells: expected cells that held a withdrawn sample, found .* 2025-01\. Fix: /,
      ),
      expect.stringMatching(
        /^withdrawn\.json: \$\.frozen: expected \S+ as it was released, found other figures\. Fix: /,
      ),
      '',
    ])
    change(copyOf, (list) => {
      list.withdrawals = []
    })
    expect(await check(copyOf, dataDir)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'withdrawn.json: $.withdrawals: expected the entries of the base unchanged and new ones after them, found others. Fix: restore them; a withdrawal is never taken back.\n',
    })
  })
})
