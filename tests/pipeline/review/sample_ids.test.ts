import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CacheFolder } from '../../../pipeline/cache/cache_folder.ts'
import { type Database, openDatabase } from '../../../pipeline/lib/database.ts'
import { type IdTable, SampleIds } from '../../../pipeline/review/sample_ids.ts'

let folder: string
let database: Database
let ids: SampleIds
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ids-'))
  database = await openDatabase(folder)
  ids = new SampleIds(database.connection, new CacheFolder(folder), folder)
})
afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const named = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => String(from + i).padStart(32, '0'))

async function write(...files: string[][]): Promise<IdTable> {
  return (await add(ids, files))!
}

async function add(to: SampleIds, files: string[][]): Promise<IdTable | null> {
  for (const [i, own] of files.entries()) await to.add(i, Buffer.from(own.map((id) => `${id}\n`).join('')))
  return to.write()
}

test.each([
  'with a cache',
  'without one',
])('an id that comes twice counts in the first file of its contributor, unless it came from another one earlier: %s', async (kind) => {
  const cache = new CacheFolder(kind === 'with a cache' ? folder : null)
  const own = new SampleIds(database.connection, cache, folder)
  const table = await add(own, [named(0, 5), named(4, 8), [...named(10, 12), ...named(10, 11)], named(20, 22)])
  expect(table !== null).toBe(cache.isKept)
  const from = (...origins: string[]) => origins.map((origin) => ({ contributor: origin[0]!, arrival: origin[1]! }))
  for (const origins of [from('a1', 'a1', 'b2', 'b2'), from('a1', 'b2', 'b2', 'b2')]) {
    expect(await own.findRepeated(origins)).toEqual([1, 2])
    expect(await own.ownersIn(1)).toEqual([[named(4, 5)[0], 0]])
  }
  expect(await own.findRepeated(from('a1', 'b1', 'b2', 'b2'))).toEqual([2])
  expect(await own.ownersIn(2)).toEqual([[named(10, 11)[0], 2]])
})

test('added ids are compared with former ones and with each other', async () => {
  const former = [await write(named(0, 40)), await write(named(40, 50))]
  expect(await ids.mayRepeat(await write(named(50, 60), named(60, 61)), former)).toBe(false)
  expect(await ids.mayRepeat(await write(named(50, 60), named(45, 46)), former)).toBe(true)
  expect(await ids.mayRepeat(await write(named(50, 60), named(55, 56)), former)).toBe(true)
})

test('a table that is damaged at any place is never taken for one without the id, nor one that is gone', async () => {
  const former = await write(named(0, 12))
  const added = await write(named(7, 8))
  const path = join(folder, former.name)
  const whole = readFileSync(path)
  for (let i = 0; i < whole.length; i++) {
    const damaged = Buffer.from(whole)
    damaged[i]! ^= 0x41
    writeFileSync(path, damaged)
    expect(await ids.mayRepeat(added, [former]), `byte ${i} of ${whole.length}`).toBe(true)
  }
  rmSync(path)
  expect(await ids.mayRepeat(await write(named(50, 51)), [former])).toBe(true)
})
