import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { BinRow } from '../../../contracts/index.ts'
import { unpackTable } from '../../../pipeline/lib/named_table.ts'
import { buildAll, DataFolder, samples } from './data_folder.ts'

let folder: string
let data: DataFolder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'robustness-'))
  data = new DataFolder(join(folder, 'input'))
  fill(data)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const cache = () => join(folder, 'cache')
const warm = () => buildAll(data, join(folder, 'warm'), cache())
const cold = () => buildAll(data, join(folder, `cold-${Math.random()}`))
const entries = () => readdirSync(cache())
const kindOf = (name: string) => name.split('-')[0]!

function fill(target: DataFolder): void {
  for (const [i, contributor] of ['ada', 'ben', 'cyd', 'dee', 'eve'].entries())
    target.write(`${contributor}/2026-10/a.jsonl`, text(samples(i + 1, 30)))
  // Of one of the models that the samples are of.
  cpSync('tests/fixtures/pipeline/small/data/curated', join(target.path, 'curated'), { recursive: true })
  target.write('ada/2026-10/faulty.jsonl', text([...samples(9, 5), '{"not":"a sample"}', ...samples(9, 2)]))
}

function text(lines: string[]): string {
  return `${lines.join('\n')}\n`
}

/** Files of the cache that a build reads or writes. */
const KINDS = ['benchmarks', 'ids', 'state']

test('the tables of these tests are not empty, and one has bins of samples and of benchmarks in order of their cells', async () => {
  const output = await cold()
  const { files } = JSON.parse(output['data/manifest.json']!)
  const tables = Object.keys(output).filter((name) => name.startsWith('data/bins/'))
  const cells = tables.map((name) =>
    unpackTable<BinRow>(Buffer.from(output[name]!, 'latin1')).map((bin) => bin.cell_id),
  )
  expect(cells).toEqual(cells.map((ids) => ids.toSorted()))
  expect(cells.some((ids) => /_community_.*_lab_|_lab_.*_community_/.test(ids.join()))).toBe(true)
  const rows = Object.fromEntries(files.map(({ name, rows }: { name: string; rows: number }) => [name, rows]))
  expect(rows['cells.arrow']).toBeGreaterThan(3)
  expect(rows['matrix.arrow']).toBeGreaterThan(0)
})

test.each([
  { bin_samples: 20 },
  { bin_contributors: 4 },
  { min_samples: 40 },
])('a changed policy counts: %o', async (policy) => {
  const before = await warm()
  data.setPolicy(policy)
  const after = await warm()
  expect(after).toEqual(await cold())
  expect(after['data/manifest.json']).not.toBe(before['data/manifest.json'])
})

describe('a damaged cache', () => {
  // One cache for all cases, each of which damages a copy, and one build from nothing that each must equal.
  let shared: string
  let input: DataFolder
  let expected: Record<string, string>
  beforeAll(async () => {
    shared = mkdtempSync(join(tmpdir(), 'robustness-shared-'))
    input = new DataFolder(join(shared, 'input'))
    fill(input)
    await buildAll(input, join(shared, 'first'), join(shared, 'cache'))
    // Needs the state and, by the new policy, the strata of all partitions.
    input.write('ben/2026-10/b.jsonl', text(samples(21, 10)))
    input.setPolicy({ k: 4 })
    expected = await buildAll(input, join(shared, 'cold'))
  })
  afterAll(() => rmSync(shared, { recursive: true, force: true }))
  beforeEach(() => cpSync(join(shared, 'cache'), cache(), { recursive: true, preserveTimestamps: true }))

  const rebuild = () => buildAll(input, join(folder, 'warm'), cache())

  test.each(KINDS)('of %s entries changes nothing', async (kind) => {
    expect(new Set(entries().map(kindOf))).toEqual(new Set(KINDS))
    for (const name of entries().filter((entry) => kindOf(entry) === kind)) {
      const path = join(cache(), name)
      const bytes = readFileSync(path)
      bytes[Math.floor(bytes.length / 2)]! ^= 0xff
      writeFileSync(path, bytes)
    }
    expect(await rebuild()).toEqual(expected)
  })

  test.each(KINDS)('without its %s entries changes nothing', async (kind) => {
    for (const name of entries().filter((entry) => kindOf(entry) === kind)) rmSync(join(cache(), name))
    expect(await rebuild()).toEqual(expected)
  })

  test('of cut files changes nothing', async () => {
    for (const name of entries()) truncateSync(join(cache(), name), Math.floor(statSync(join(cache(), name)).size / 3))
    expect(await rebuild()).toEqual(expected)
  })
})

test('builds that run at once do not harm each other', { timeout: 60_000 }, async () => {
  await warm()
  data.write('ben/2026-10/b.jsonl', text(samples(21, 10)))
  const outputs = await Promise.all([1, 2, 3].map((i) => buildAll(data, join(folder, `at-once-${i}`), cache())))
  const expected = await cold()
  for (const output of outputs) expect(output).toEqual(expected)
  expect(await warm()).toEqual(expected)
})

describe('a file that changed', () => {
  test('is read again, though size and time of change are the same', async () => {
    await warm()
    const path = join(data.path, 'exports/ada/2026-10/a.jsonl')
    const { atimeMs, mtimeMs } = statSync(path)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"exit":"ok"', '"exit":"OK"'))
    utimesSync(path, atimeMs / 1000, mtimeMs / 1000)
    const output = await warm()
    expect(output).toEqual(await cold())
    expect(JSON.parse(output['verdicts.json']!).rejected.length).toBeGreaterThan(20)
  })

  test('is known by its content where git has it', { timeout: 60_000 }, async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: data.path, stdio: 'pipe' })
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'data')
    await warm()
    const states = () => entries().filter((name) => kindOf(name) === 'state')
    const before = states()
    // As another checkout of the same commit.
    const copy = join(folder, 'checkout')
    execFileSync('git', ['clone', '-q', data.path, copy], { stdio: 'pipe' })
    const output = await buildAll({ path: copy } as DataFolder, join(folder, 'warm-copy'), cache())
    expect(states()).toEqual(before)
    expect(output).toEqual(await cold())
    // Neither committed nor added: what git knows of it does not count.
    data.write('ada/2026-10/a.jsonl', text(samples(77, 30)))
    expect(await warm()).toEqual(await cold())
    expect(states().length).toBe(before.length + 1)
  })
})
