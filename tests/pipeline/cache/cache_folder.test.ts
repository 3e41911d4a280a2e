import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CacheFolder } from '../../../pipeline/cache/cache_folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = () => new CacheFolder(join(folder, 'cache'))

describe('an entry', () => {
  test('comes back as it was written', async () => {
    const value = { a: [1, null, 'ä'], numbers: Int32Array.of(1, -2, 3), part: Float64Array.of(1, 2, 3).subarray(1) }
    await open().write('thing-1', value)
    expect(open().read('thing-1')).toEqual(value)
  })

  test('is not there where any byte of it changed, or where it was cut off', async () => {
    const cache = open()
    await cache.write('thing-1', { a: 1, bytes: Uint8Array.of(1, 2, 3) })
    const path = join(folder, 'cache', 'thing-1')
    const whole = readFileSync(path)
    for (let i = 0; i < whole.length; i++) {
      const changed = Buffer.from(whole)
      changed[i]! ^= 0x40
      writeFileSync(path, changed)
      expect(cache.read('thing-1'), `byte ${i}`).toBeNull()
      writeFileSync(path, whole.subarray(0, i))
      expect(cache.read('thing-1'), `first ${i} bytes`).toBeNull()
    }
    writeFileSync(path, whole)
    expect(cache.read('thing-1')).not.toBeNull()
  })

  test('that cannot be written costs nothing but its time', async () => {
    const cache = open()
    mkdirSync(join(folder, 'cache', 'thing-1', 'in the way'), { recursive: true })
    await cache.write('thing-1', { a: 1 })
    expect(cache.read('thing-1')).toBeNull()
    expect(readdirSync(join(folder, 'cache')).sort()).toEqual(['thing-1'])
  })
})

describe('names', () => {
  test('are the same in every folder, so that equal input gives equal output on every machine', () => {
    const other = new CacheFolder(join(folder, 'other'))
    expect(other.nameOf('scan', 'x')).toBe(open().nameOf('scan', 'x'))
  })

  test('do not join what stands apart', () => {
    expect(open().nameOf('scan', 'a', 'b')).not.toBe(open().nameOf('scan', 'ab', ''))
  })
})

test('the folder is for its owner alone', () => {
  open()
  expect(statSync(join(folder, 'cache')).mode & 0o777).toBe(0o700)
})

test('what no build used for a day goes', async () => {
  const cache = open()
  for (const name of ['read', 'asked_for', 'unused', 'young']) await cache.write(`${name}-1`, 1)
  const dayAgo = Date.now() / 1000 - 90_000
  for (const name of ['read', 'asked_for', 'unused']) utimesSync(join(folder, 'cache', `${name}-1`), dayAgo, dayAgo)
  cache.read('read-1')
  cache.has('asked_for-1')
  cache.removeUnused()
  expect(readdirSync(join(folder, 'cache')).sort()).toEqual(['asked_for-1', 'read-1', 'young-1'])
})

test('a folder that cannot be one is explained', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => new CacheFolder(join(folder, 'file'))).toThrow(
    /file: expected a folder for the cache that can be written to, found: EEXIST.* Fix: name another with --cache, or build with --no-cache\.$/,
  )
})
