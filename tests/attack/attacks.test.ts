import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateCorpus } from '../bench/generate.ts'
import { findSingleEdges, findSmallBins } from './attacks/bins.ts'
import { findBytes } from './attacks/bytes.ts'
import { findDifferences } from './attacks/differencing.ts'
import { findExactNumbers, findSampleValues } from './attacks/precision.ts'
import { findOverlaps, findSmallGroups } from './attacks/thresholds.ts'
import { addCatalog, addSkewedMonth, MONTHS } from './support/corpora.ts'
import { type Atom, type Figure, figuresOf, groupSamples } from './support/groups.ts'
import { describeIsolations } from './support/isolation.ts'
import { publishCube } from './support/naive.ts'
import { type Release, release } from './support/release.ts'
import { secretsOf } from './support/secrets.ts'

/** Every attack on one release, by corpus; the naive cube of the same samples falls to the same differencing. */

const CORPORA: { name: string; write: (dataDir: string) => Promise<unknown> }[] = [
  ...[2, 6, 13].map((seed) => ({
    name: `skewed, seed ${seed}`,
    write: (dataDir: string) => writeSkewed(dataDir, seed),
  })),
  {
    name: 'even, seed 5',
    write: (dataDir) =>
      generateCorpus(dataDir, { lines: 8000, contributors: 9, seed: 5, linesPerFile: 50_000, month: MONTHS[2] }),
  },
]

async function writeSkewed(dataDir: string, seed: number): Promise<void> {
  for (const index of MONTHS.keys()) addSkewedMonth(dataDir, seed, index)
}

describe.each(CORPORA)('a release of a corpus ($name)', ({ name, write }) => {
  let folder: string
  let out: Release
  let atoms: Atom[]
  let figures: Figure[]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'attack-'))
    await write(join(folder, 'data'))
    addCatalog(join(folder, 'data'))
    out = await release(join(folder, 'data'))
    atoms = groupSamples(out.samples)
    figures = figuresOf(out.publication, atoms)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is worth attacking: cells of every generalisation wait for the attacker', () => {
    const { cells, manifest } = out.publication
    expect(cells.length).toBeGreaterThan(10)
    expect(manifest.inputs.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(out.samples.length)
    const free = ['engine', 'engine_version', 'engine_backend', 'concurrency_bucket', 'prompt_bucket'] as const
    for (const key of name.startsWith('skewed') ? free : free.slice(3))
      expect(
        cells.some((cell) => cell[key] === 'any'),
        key,
      ).toBe(true)
  })

  test('has no row of too few contributors or samples', () => {
    expect(describeIsolations(findSmallGroups(out.publication, figures))).toEqual([])
  })

  test('has no sample in two cells, and no count but those of the partition', () => {
    expect(describeIsolations(findOverlaps(out.publication, figures))).toEqual([])
  })

  test('yields nobody to subtraction', () => {
    expect(describeIsolations(findDifferences(figures, out.publication.manifest.policy.k))).toEqual([])
  })

  test('has no bin of too few contributors or samples, counted in the raw samples', () => {
    expect(out.publication.bins.length).toBeGreaterThan(10)
    expect(describeIsolations(findSmallBins(out.publication, atoms))).toEqual([])
  })

  test('has no bin whose outer edge is that of too few contributors', () => {
    expect(describeIsolations(findSingleEdges(out.publication, atoms))).toEqual([])
  })

  test('has no number more exact than its rounding, and none of a single sample', () => {
    expect(describeIsolations(findExactNumbers(out.publication))).toEqual([])
    expect(describeIsolations(findSampleValues(out.publication, out.samples))).toEqual([])
  })

  test('has no identifier of a sample, host or tenant in any byte, and no contributor outside the list of input files', () => {
    const { files } = out.publication
    const secrets = secretsOf(out.samples)
    expect(secrets.ids.length).toBeGreaterThan(1000)
    expect(describeIsolations(findBytes(files, secrets.ids))).toEqual([])
    const { inputs: _, ...rest } = out.publication.manifest
    const tables = new Map(files).set('manifest.json', Buffer.from(JSON.stringify(rest)))
    expect(describeIsolations(findBytes(tables, secrets.contributors))).toEqual([])
    expect(findDays(files)).toEqual([])
  })

  test('is what a naive cube of the same samples is not: that one falls to subtraction', async () => {
    const { policy } = out.publication.manifest
    const cube = await publishCube(atoms, policy)
    const found = findDifferences(cube, policy.k)
    console.log(
      `naive cube (${name}): ${found.length} isolating subtractions against ${cube.length} rows; partition: 0`,
    )
    expect(found.length).toBeGreaterThan(0)
  })
})

/** Days in the community tables: no time is published that is finer than a month. */
function findDays(files: Map<string, Uint8Array>): string[] {
  const tables = [...files].filter(([name]) => /^(cells|matrix|regressions|bins)|^manifest/.test(name))
  return tables.flatMap(([name, bytes]) =>
    [
      ...Buffer.from(bytes)
        .toString('latin1')
        .matchAll(/20\d\d-\d\d-\d\d/g),
    ].map(([day]) => `${name}: ${day}`),
  )
}
