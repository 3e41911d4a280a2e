import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main as withdraw } from '../../pipeline/withdraw.ts'
import { generateCorpus } from '../bench/generate.ts'
import { createRandom } from '../bench/random.ts'
import { callCommand } from '../support/call_command.ts'
import { findDifferences } from './attacks/differencing.ts'
import { describeCell, findChangedCells } from './attacks/recovery.ts'
import { addCatalog, addLines, addSkewedMonth, addSteadyCell, MONTHS, task } from './support/corpora.ts'
import { type Atom, countSamples, groupSamples, readPartition } from './support/groups.ts'
import { describeIsolations } from './support/isolation.ts'
import { figuresOfAll, type Release, release } from './support/release.ts'
import { readSamples } from './support/samples.ts'

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
    const held = releases[0]!.samples.filter(({ contributor }) => contributor === leaver)
    await withdrawAll(leaver, dataDir)
    releases.push(await release(dataDir))
    addSkewedMonth(dataDir, seed, 2)
    releases.push(await release(dataDir))
    // What a frozen cell counts lies in no file any more.
    for (const later of releases.slice(1)) later.samples.push(...held)
  })

  test('keep every cell that enough others stand behind as it was, lose the rest, and change no other', () => {
    const [before, after] = releases as [Release, Release]
    const groups = readPartition(before.publication.cells, groupSamples(before.samples))
    const own = [...groups].filter(([, atoms]) => atoms.some(({ contributor }) => contributor === leaver))
    const lost = own.filter(([, atoms]) => countOthers(atoms, leaver) < K).map(([id]) => id)
    expect([own.length > 1, lost.length < own.length]).toEqual([true, true])
    const left = before.publication.cells.map(({ cell_id }) => cell_id).filter((id) => !lost.includes(id))
    expect(after.publication.cells.map(({ cell_id }) => cell_id).sort()).toEqual(left.sort())
    expect(describeIsolations(findChangedCells(before.publication, after.publication))).toEqual([])
    expect(after.publication.manifest.withdrawn.frozen).toHaveLength(own.length - lost.length)
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

/** Contributors of at least 5 samples who did not leave. */
function countOthers(atoms: Atom[], leaver: string): number {
  const own = Map.groupBy(atoms, ({ contributor }) => contributor)
  return [...own].filter(([name, parts]) => name !== leaver && countSamples(parts) >= 5).length
}

test('an account with a cancelled task in every configuration takes nothing away by withdrawing', async () => {
  const dataDir = join(folder, 'cancelled')
  addCatalog(dataDir)
  await generateCorpus(dataDir, { lines: 4000, contributors: 11, seed: 1, linesPerFile: 50_000, month: MONTHS[1] })
  addLines(dataDir, 'aaa', MONTHS[1], cancelledCopies(dataDir))
  const before = await release(dataDir)
  await withdrawAll('aaa', dataDir)
  const after = await release(dataDir)
  const figured = before.publication.cells.filter(({ decode_tps_p50 }) => decode_tps_p50 !== null)
  expect(figured.length).toBeGreaterThan(15)
  const kept = new Map(after.publication.cells.map((cell) => [cell.cell_id, describeCell(after.publication, cell)]))
  expect(figured.filter((cell) => kept.get(cell.cell_id) !== describeCell(before.publication, cell))).toEqual([])
  const medians = ({ publication: { matrix } }: Release) =>
    matrix.filter(({ decode_tps_p50 }) => decode_tps_p50 !== null).map(({ matrix_id }) => matrix_id)
  expect(medians(after)).toEqual(medians(before))
  const rows = ({ publication: { manifest } }: Release) => manifest.files.find(({ table }) => table === 'serving')?.rows
  expect(rows(after)).toBe(rows(before))
})

/** A cancelled task for every configuration. */
function cancelledCopies(dataDir: string): string[] {
  const random = createRandom(7)
  const first = new Map(readSamples(dataDir).map((sample) => [JSON.stringify(sample.setUp), sample]))
  return [...first.values()].map(({ line }) =>
    JSON.stringify({
      ...line,
      job_id: random.hex(32),
      exit: 'cancel',
      tokens_out: 0,
      first_token_ms: null,
      decode_time_ms: null,
    }),
  )
}

/** Samples of the set-up that most contributors of a skewed month have. */
function popularLines(seed: number): string[] {
  const random = createRandom(seed)
  return Array.from({ length: 8 }, () => task(random, 80, MONTHS[1], { concurrency: 3 }))
}

async function withdrawAll(contributor: string, dataDir: string): Promise<void> {
  const { code, stderr } = await callCommand(withdraw, [contributor, '--data', dataDir])
  expect(code, stderr).toBe(0)
}
