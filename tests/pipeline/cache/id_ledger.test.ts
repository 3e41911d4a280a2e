import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CacheFolder, CacheLost } from '../../../pipeline/cache/cache_folder.ts'
import { extendRuns, IdLedger } from '../../../pipeline/cache/id_ledger.ts'
import { createRandom } from '../../bench/random.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (isKept = true) => new CacheFolder(join(folder, 'cache'), isKept)

/** Few enough that some are equal, and far enough apart to lie in different buckets. */
const ids = fc.array(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((id) => (id % 3n === 0n ? (id % 50n) << 57n : id)),
  { maxLength: 40 },
)

function countTwice(parts: readonly bigint[][]): bigint[] {
  const seen = new Map<bigint, number>()
  for (const id of parts.flat()) seen.set(id, (seen.get(id) ?? 0) + 1)
  return [...seen].filter(([, n]) => n > 1).map(([id]) => id)
}

const random = (seed: number, count: number) => {
  const draw = createRandom(seed)
  return BigUint64Array.from({ length: count }, () => BigInt(`0x${draw.hex(16)}`))
}

describe('repeated ids', () => {
  test.each([
    ['in memory', 1000, false],
    ['in one file', 1000, true],
    ['in many files', 30, true],
    ['in many files that nobody keeps', 30, false],
  ])('%s are found, and no others', (_, most, isKept) => {
    fc.assert(
      fc.property(fc.array(ids, { maxLength: 8 }), (parts) => {
        const ledger = new IdLedger(open(isKept), most)
        for (const part of parts) ledger.add(BigUint64Array.from(part))
        expect([...ledger.finish().repeated].sort()).toEqual(countTwice(parts).sort())
      }),
      { numRuns: 100 },
    )
  })

  test('are found among a million', () => {
    const ledger = new IdLedger(open(), 300_000)
    const parts = Array.from({ length: 20 }, (_, i) => random(i, 50_000))
    const wanted = [parts[0]![7]!, parts[19]![49_999]!]
    for (const part of parts) ledger.add(part)
    ledger.add(BigUint64Array.from(wanted))
    expect([...ledger.finish().repeated].sort()).toEqual(wanted.sort())
  })
})

describe('a former build', () => {
  const former = random(1, 20_000)
  const start = () => {
    const cache = open()
    const ledger = new IdLedger(cache, 6000)
    for (let i = 0; i < former.length; i += 2000) ledger.add(former.slice(i, i + 2000))
    return { cache, runs: ledger.finish().runs! }
  }

  test('is added to, again and again, until an id comes that it holds', async () => {
    let { cache, runs } = start()
    expect(runs.reduce((sum, run) => sum + run.ids, 0)).toBe(former.length)
    const added: BigUint64Array<ArrayBuffer>[] = []
    for (let i = 0; i < 25; i++) {
      added.push(random(100 + i, 50))
      runs = (await extendRuns(cache, runs, [added.at(-1)!]))!
    }
    expect(runs.reduce((sum, run) => sum + run.ids, 0)).toBe(former.length + 25 * 50)
    expect(runs.length).toBeLessThan(14)
    for (const known of [former[0]!, former.at(-1)!, added[0]![0]!, added[13]![49]!, added[24]![7]!])
      expect(await extendRuns(cache, runs, [random(500, 10), BigUint64Array.of(known)])).toBeNull()
    expect(await extendRuns(cache, runs, [BigUint64Array.of(1n), BigUint64Array.of(2n, 1n)])).toBeNull()
  })

  describe('of more ids than are read as a whole', () => {
    const many = random(2, 70_000)
    const others = [random(3, 3000)]
    const startLarge = () => {
      const cache = open()
      const ledger = new IdLedger(cache)
      ledger.add(many)
      const runs = ledger.finish().runs!
      return { cache, runs, path: cache.use(runs[0]!.name) }
    }

    test('knows every one of them, and no other', async () => {
      const { cache, runs } = startLarge()
      for (let i = 0; i < many.length; i += 97)
        expect(await extendRuns(cache, runs, [...others, many.slice(i, i + 1)]), `id ${i}`).toBeNull()
      expect(await extendRuns(cache, runs, others)).toHaveLength(2)
    })

    test('is right or lost where a byte changed, and lost where that is behind the ids', async () => {
      const { cache, runs, path } = startLarge()
      const bytes = readFileSync(path)
      const behind = 8 * many.length
      for (let i = 0; i < bytes.length; i += 17_011) {
        const changed = Buffer.from(bytes)
        changed[i]! ^= 1
        writeFileSync(path, changed)
        const looks = [many.subarray(i % many.length).slice(0, 1), others[0]!].map((ids) =>
          extendRuns(cache, runs, [ids]).catch((error) => error),
        )
        const [known, unknown] = await Promise.all(looks)
        expect(known === null || known instanceof CacheLost, `byte ${i}`).toBe(true)
        if (i >= behind) expect(unknown, `byte ${i}`).toBeInstanceOf(CacheLost)
        else expect(unknown instanceof CacheLost || unknown.length === 2, `byte ${i}`).toBe(true)
      }
    })
  })

  test('is lost where a byte that is looked at changed', async () => {
    const { cache, runs } = start()
    for (const { name } of runs) {
      const path = cache.use(name)
      const bytes = readFileSync(path)
      for (let i = 0; i < bytes.length; i += 1999) {
        const changed = Buffer.from(bytes)
        changed[i]! ^= 1
        writeFileSync(path, changed)
        // Every bucket is looked at: one of the ids lies in each.
        await expect(extendRuns(cache, [{ name, ids: 0 }], [random(7, 2000)]), `byte ${i}`).rejects.toThrow(CacheLost)
      }
      writeFileSync(path, bytes.subarray(0, -1))
      await expect(extendRuns(cache, [{ name, ids: 0 }], [random(7, 10)])).rejects.toThrow(CacheLost)
      rmSync(path)
      await expect(extendRuns(cache, [{ name, ids: 0 }], [random(7, 10)])).rejects.toThrow(CacheLost)
    }
  })
})
