import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../bench/random.ts'
import { findDifferences } from './attacks/differencing.ts'
import { findChangedCells } from './attacks/recovery.ts'
import { addCatalog, addLines, addSkewedMonth, addSteadyCell, MONTHS, task } from './support/corpora.ts'
import { groupSamples, readPartition } from './support/groups.ts'
import { describeIsolations } from './support/isolation.ts'
import { figuresOfAll, type Release, release } from './support/release.ts'

/** What an attacker learns who keeps the releases before and after a contributor withdraws. */

const K = 5
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'withdrawal-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each([51])('releases before and after a withdrawal (seed %i)', (seed) => {
  const releases: Release[] = []
  const leaver = `steady-${seed}x0q`
  let dataDir: string

  beforeAll(async () => {
    dataDir = join(folder, `withdrawal-${seed}`)
    addCatalog(dataDir)
    for (const index of [0, 1]) addSkewedMonth(dataDir, seed, index)
    // One more than the threshold: the cell would stand without the leaver.
    addSteadyCell(dataDir, seed, MONTHS[1], 6)
    addLines(dataDir, leaver, MONTHS[1], popularLines(seed), 'b')
    releases.push(await release(dataDir))
    execFileSync(process.execPath, ['pipeline/withdraw.ts', leaver, '--data', dataDir], { stdio: 'pipe' })
    releases.push(await release(dataDir))
    addSkewedMonth(dataDir, seed, 2)
    releases.push(await release(dataDir))
  })

  test('lose every cell that the contributor had a part in, and change no other', () => {
    const [before, after] = releases as [Release, Release]
    const groups = readPartition(before.publication.cells, groupSamples(before.samples))
    const own = [...groups].filter(([, atoms]) => atoms.some(({ contributor }) => contributor === leaver))
    const left = new Set(after.publication.cells.map(({ cell_id }) => cell_id))
    expect(own.length).toBeGreaterThan(1)
    const expected = before.publication.cells
      .map(({ cell_id }) => cell_id)
      .filter((id) => !own.some(([gone]) => gone === id))
    expect([...left].sort()).toEqual(expected.sort())
    expect(describeIsolations(findChangedCells(before.publication, after.publication))).toEqual([])
  })

  test('yield nobody to subtraction across all of them', () => {
    expect(describeIsolations(findDifferences(figuresOfAll(releases), K))).toEqual([])
  })

  test('would yield the one who left if only the files went', async () => {
    const plain = `${dataDir}-plain`
    cpSync(dataDir, plain, { recursive: true })
    rmSync(join(plain, 'withdrawn.json'))
    const naive = await release(plain)
    const found = findDifferences(figuresOfAll([releases[0]!, naive]), K)
    expect(found.some(({ contributors }) => contributors === 1)).toBe(true)
  })
})

/** Samples of the set-up that most contributors of a skewed month have. */
function popularLines(seed: number): string[] {
  const random = createRandom(seed)
  return Array.from({ length: 8 }, () => task(random, 80, MONTHS[1], { concurrency: 3 }))
}
