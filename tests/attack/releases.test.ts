import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { METRICS } from '../../contracts/index.ts'
import { createRandom } from '../bench/random.ts'
import { findDifferences } from './attacks/differencing.ts'
import { describeCell, findChangedCells, recoverContributors } from './attacks/recovery.ts'
import { addCatalog, addLines, addSkewedMonth, addSteadyCell, MONTHS, steadyLines } from './support/corpora.ts'
import { groupSamples, readPartition } from './support/groups.ts'
import { describeIsolations } from './support/isolation.ts'
import { bucketsOf } from './support/kept.ts'
import { figuresOfAll, type Release, release } from './support/release.ts'

/** What an attacker learns who keeps every release. A release follows the end of a month; a closed month never changes. */

const K = 5
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'releases-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each([11, 12])('releases month after month (seed %i)', (seed) => {
  const releases: Release[] = []

  beforeAll(async () => {
    const dataDir = join(folder, `monthly-${seed}`)
    addCatalog(dataDir)
    for (const index of MONTHS.keys()) {
      addSkewedMonth(dataDir, seed, index)
      if (index === 1) addSteadyCell(dataDir, seed, MONTHS[1], 6)
      releases.push(await release(dataDir))
    }
  })

  test('yield nobody to subtraction across all of them', () => {
    expect(releases.map(({ publication }) => publication.cells.length > 0)).toEqual([true, true, true])
    expect(describeIsolations(findDifferences(figuresOfAll(releases), K))).toEqual([])
  })

  test('leave every cell of a closed month as it was, to the last byte', () => {
    for (const [i, { publication }] of releases.slice(1).entries()) {
      const before = releases[i]!.publication
      expect(describeIsolations(findChangedCells(before, publication))).toEqual([])
      const ids = new Set(publication.cells.map(({ cell_id }) => cell_id))
      expect(before.cells.filter(({ cell_id }) => !ids.has(cell_id))).toEqual([])
      expect(recoverContributors(before, publication)).toEqual([])
    }
  })

  test('would yield someone if a file were added to a closed month', async () => {
    const dataDir = join(folder, `late-${seed}`)
    cpSync(join(folder, `monthly-${seed}`), dataDir, { recursive: true })
    addLines(dataDir, 'latecomer', MONTHS[1], steadyLines(createRandom(seed), 12, MONTHS[1]), 'late')
    const late = await release(dataDir)
    const changed = findChangedCells(releases[2]!.publication, late.publication)
    expect(changed.length).toBeGreaterThan(0)
    const found = findDifferences(figuresOfAll([releases[2]!, late]), K)
    expect(found.some(({ contributors }) => contributors === 1)).toBe(true)
  })
})

describe.each([21, 22])('a release with and one without a contributor (seed %i)', (seed) => {
  let without: Release
  let all: Release
  const newcomer = 'newcomer'

  beforeAll(async () => {
    const dataDir = join(folder, `leave-${seed}`)
    addCatalog(dataDir)
    addSkewedMonth(dataDir, seed, 1)
    addSteadyCell(dataDir, seed, MONTHS[1], 6)
    without = await release(dataDir)
    addLines(dataDir, newcomer, MONTHS[1], steadyLines(createRandom(seed), 12, MONTHS[1]))
    all = await release(dataDir)
  })

  test('differ in no cell that the contributor has no part in', () => {
    const own = new Set(
      [...readPartition(all.publication.cells, groupSamples(all.samples))]
        .filter(([, atoms]) => atoms.some(({ contributor }) => contributor === newcomer))
        .map(([id]) => id),
    )
    const before = new Map(without.publication.cells.map((cell) => [cell.cell_id, cell]))
    const others = all.publication.cells.filter(({ cell_id }) => !own.has(cell_id))
    expect([own.size, others.length > 3]).toEqual([1, true])
    for (const cell of others)
      expect(describeCell(all.publication, cell)).toBe(describeCell(without.publication, before.get(cell.cell_id)!))
  })

  /**
   * The criterion: a contributor is recovered where the difference of two releases gives the share of its values up to every common edge to
   * within the rounding of the masses. It always is, whatever is rounded, because an equal-weight mixture is linear in its contributors:
   * so two releases must never differ by fewer contributors than k in one cell, which is what the tests above hold the months to.
   */
  test('give the contributor away, to the precision that rounding leaves: the two must not both be published', () => {
    const recovered = recoverContributors(without.publication, all.publication)
    expect(recovered.map(({ metric }) => metric)).toEqual(METRICS.filter((metric) => metric !== 'prefill_tps'))
    for (const { metric, samples, shares, slack } of recovered) {
      const own = all.samples.filter(({ contributor }) => contributor === newcomer)
      const [buckets] = [...bucketsOf(own, metric).values()]
      expect(samples).toBe(own.length)
      expect(shares.length).toBeGreaterThan(0)
      for (const { bucket, share } of shares) {
        const exact = buckets!.filter((value) => value <= bucket).length / buckets!.length
        expect(Math.abs(share - exact), `${metric} up to bucket ${bucket}`).toBeLessThanOrEqual(slack + 1e-9)
      }
    }
  })

  test('fall to the search for differences, which thereby proves that it finds what is there', () => {
    const found = findDifferences(figuresOfAll([without, all]), K)
    expect(found.filter(({ contributors }) => contributors === 1).length).toBeGreaterThan(0)
    expect(findChangedCells(without.publication, all.publication)).toHaveLength(1)
  })
})

test.todo('a withdrawal takes whole cells, and no release before or after it yields who withdrew')
