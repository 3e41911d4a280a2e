import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { METRICS } from '../../contracts/index.ts'
import { createRandom } from '../bench/random.ts'
import { findDifferences } from './attacks/differencing.ts'
import { describeCell, findChangedCells, recoverContributors } from './attacks/recovery.ts'
import { addCatalog, addLines, addSkewedMonth, addSteadyCell, MONTHS, steadyLines } from './support/corpora.ts'
import { groupSamples, readPartition } from './support/groups.ts'
import { bucketsOf } from './support/kept.ts'
import { figuresOfAll, type Release, release } from './support/release.ts'

/** What two builds give away that differ by one contributor. */

const K = 5
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leave-one-out-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each([21, 22])('a release with and one without a contributor (seed %i)', (seed) => {
  let without: Release
  let all: Release
  const newcomer = 'newcomer'

  beforeAll(async () => {
    const dataDir = join(folder, `leave-${seed}`)
    addCatalog(dataDir)
    addSkewedMonth(dataDir, seed, 1)
    addSteadyCell(dataDir, seed, MONTHS[1], 14)
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
   * within the rounding of the masses and one of its samples, as outer ends move. It always is, whatever is rounded, because an equal-weight mixture is linear in its contributors:
   * so two releases must never differ by fewer contributors than k in one cell, which is what the tests above hold the months to.
   */
  test('give the contributor away, to the precision that rounding leaves: the two must not both be published', () => {
    const recovered = recoverContributors(without.publication, all.publication, 15)
    expect(recovered.map(({ metric }) => metric)).toEqual(METRICS.filter((metric) => metric !== 'prefill_tps'))
    for (const { metric, samples, shares, slack } of recovered) {
      const own = all.samples.filter(({ contributor }) => contributor === newcomer)
      const [buckets] = [...bucketsOf(own, metric).values()]
      // Of some 150 samples, two digits are published.
      expect(Math.abs(samples - own.length)).toBeLessThanOrEqual(10)
      expect(shares.length).toBeGreaterThan(0)
      for (const { bucket, share } of shares) {
        const exact = buckets!.filter((value) => value <= bucket).length / buckets!.length
        expect(Math.abs(share - exact), `${metric} up to bucket ${bucket}`).toBeLessThanOrEqual(slack + 1 / own.length)
      }
    }
  })

  test('fall to the search for differences, which thereby proves that it finds what is there', () => {
    const found = findDifferences(figuresOfAll([without, all]), K)
    expect(found.filter(({ contributors }) => contributors === 1).length).toBeGreaterThan(0)
    expect(findChangedCells(without.publication, all.publication)).toHaveLength(1)
  })
})
