import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../bench/random.ts'
import { findDifferences } from './attacks/differencing.ts'
import { findChangedCells, recoverContributors } from './attacks/recovery.ts'
import { addCatalog, addLines, addSkewedMonth, addSteadyCell, MONTHS, steadyLines } from './support/corpora.ts'
import { describeIsolations } from './support/isolation.ts'
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
      expect(recoverContributors(before, publication, K)).toEqual([])
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
