import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RegressionRow } from '../../contracts/index.ts'
import { findSingleEdges, findSmallBins } from './attacks/bins.ts'
import { findBytes } from './attacks/bytes.ts'
import { findDifferences } from './attacks/differencing.ts'
import { findLeftOut, findThinMetrics } from './attacks/left_out.ts'
import { findMembers } from './attacks/membership.ts'
import { findThinTails } from './attacks/percentiles.ts'
import { findExactNumbers, findSampleValues } from './attacks/precision.ts'
import { findChangedCells } from './attacks/recovery.ts'
import { findOverlaps, findSmallGroups } from './attacks/thresholds.ts'
import { addCatalog, addSkewedMonth } from './support/corpora.ts'
import { type Atom, contributorsOf, type Figure, figuresOf, groupSamples, readPartition } from './support/groups.ts'
import type { Isolation } from './support/isolation.ts'
import { bucketsOf, keepContributors } from './support/kept.ts'
import type { Publication } from './support/publication.ts'
import { type Release, release } from './support/release.ts'
import { measure } from './support/samples.ts'

/** Every attack catches the leak that it is there for, put by hand into a release that has it not. */

const SEED = 4
let folder: string
let out: Release
let atoms: Atom[]
let leaky: Publication

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mutations-'))
  const dataDir = join(folder, 'data')
  addSkewedMonth(dataDir, SEED, 1)
  addCatalog(dataDir)
  out = await release(dataDir)
  atoms = groupSamples(out.samples)
})
beforeEach(() => {
  leaky = structuredClone(out.publication)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const figures = () => figuresOf(leaky, atoms)
/** How many more isolations the attack finds in the leaky release than in the real one. */
const gain = (attack: (publication: Publication) => Isolation[]) =>
  attack(leaky).length - attack(out.publication).length

describe('the search for differences catches', () => {
  const k = 5

  test('a margin that counts those who wait', () => {
    const { atoms: published } = figures()[0]!
    const waiting = atoms.filter(({ setUp }) => !published.some((atom) => atom.setUp === setUp))
    const few = waiting.filter(({ contributor }) => contributor === waiting[0]!.contributor)
    const margin: Figure = { name: 'margin', family: 'margins', samples: 1, atoms: [...published, ...few] }
    const found = findDifferences([...figures(), margin], k)
    expect(found.map(({ contributors }) => contributors)).toEqual([1])
    expect(found[0]!.how).toMatch(/^\+ \[margin\] − /)
  })

  test('what only a combination of three figures shows', () => {
    const people = [...Map.groupBy(atoms, ({ contributor }) => contributor).values()].slice(0, 11)
    const figure = (name: string, from: number, to: number, also: Atom[] = []): Figure => ({
      name,
      family: name,
      samples: 1,
      atoms: [...people.slice(from, to).flat(), ...also],
    })
    // a + b − c leaves only what c lacks, and neither contains the other.
    const found = findDifferences([figure('a', 0, 5), figure('b', 5, 10), figure('c', 0, 11)], k)
    expect(found.map(({ contributors }) => contributors)).toEqual([1])
    expect(findDifferences([figure('a', 0, 5), figure('b', 5, 10), figure('c', 0, 10)], k)).toEqual([])
  })
})

describe('the thresholds catch', () => {
  test.each([{ contributors: 4 }, { samples: 29 }])('a row with %o', (change) => {
    Object.assign(leaky.cells[0]!, change)
    expect(gain((publication) => findSmallGroups(publication, figuresOf(publication, atoms)))).toBeGreaterThan(0)
  })

  test('a cell of one contributor, whatever it says of itself', () => {
    const alone = loner()
    leaky.cells.push({ ...leaky.cells[0]!, ...alone.setUp, cell_id: 'alone', contributors: 9, samples: 90 } as never)
    expect(gain((publication) => findSmallGroups(publication, figuresOf(publication, atoms)))).toBeGreaterThan(0)
  })
})

/** Samples that nobody else has the like of, waiting. */
function loner(): Atom {
  const groups = Map.groupBy(atoms, ({ setUp }) => Object.values(setUp).join())
  const single = [...groups.values()].filter((group) => contributorsOf(group).size === 1)
  return single[0]![0]!
}

describe('the search for overlaps catches', () => {
  test.each([
    ['more samples than there are', () => Object.assign(leaky.cells[0]!, { samples: 9 * leaky.cells[0]!.samples })],
    ['a cell that is there twice', () => leaky.cells.push({ ...leaky.cells[0]!, cell_id: 'again' })],
    ['a roll-up of more than its cells', () => Object.assign(leaky.matrix[0]!, { contributors: 16 })],
  ])('%s', (_, mutate) => {
    mutate()
    expect(gain((publication) => findOverlaps(publication, figuresOf(publication, atoms)))).toBeGreaterThan(0)
  })
})

describe('the count of bins catches', () => {
  const attack = (publication: Publication) => findSmallBins(publication, atoms)

  test('a bin of one contributor, split off the first', () => {
    const index = leaky.bins.findIndex(({ lo, hi }) => hi > lo)
    const bin = leaky.bins[index]!
    leaky.bins.splice(index, 1, { ...bin, hi: bin.lo }, { ...bin, lo: bin.lo + 1, mass: 0 })
    expect(gain(attack)).toBeGreaterThan(0)
  })

  test('an outer edge at the slowest sample of all', () => {
    const edges = (publication: Publication) => findSingleEdges(publication, atoms)
    const first = leaky.bins.find(({ lo, hi }) => hi > lo)!
    const own = leaky.bins.filter(({ cell_id, metric }) => cell_id === first.cell_id && metric === first.metric)
    Object.assign(
      own.reduce((a, b) => (b.lo < a.lo ? b : a)),
      { lo: -1000 },
    )
    expect(gain(edges)).toBe(1)
  })

  test('masses that add up to more, bins that overlap, a weight that is not the contributors', () => {
    for (const mutate of [
      (bin: (typeof leaky.bins)[number]) => ({ ...bin, mass: bin.mass + 1 }),
      (bin: (typeof leaky.bins)[number]) => ({ ...bin, weight: bin.weight + 1 }),
    ]) {
      leaky.bins = structuredClone(out.publication.bins)
      leaky.bins[0] = mutate(leaky.bins[0]!)
      expect(gain(attack)).toBe(1)
    }
    leaky.bins = structuredClone(out.publication.bins)
    const next = leaky.bins.findIndex(({ cell_id, metric }, i) => {
      const last = leaky.bins[i - 1]
      return last?.cell_id === cell_id && last.metric === metric
    })
    leaky.bins[next - 1]!.hi = leaky.bins[next]!.lo
    expect(gain(attack)).toBeGreaterThan(0)
  })
})

test('the tails catch a percentile at the value of the slowest', () => {
  const groups = readPartition(out.publication.cells, atoms)
  const attack = (publication: Publication) => findThinTails(publication, atoms)
  const cell = leaky.cells.find(
    (row) =>
      row.decode_tps_p50 !== null &&
      !attack(leaky).some(({ how }) => how.includes(`decode_tps_p50`) && how.includes(row.cell_id)),
  )!
  const kept = keepContributors(
    bucketsOf(
      groups.get(cell.cell_id)!.flatMap(({ samples }) => samples),
      'decode_tps',
    ),
    5,
  )
  const slowest = Math.min(...[...kept.values()].flat())
  cell.decode_tps_p50 = (2 * 2 ** (slowest / 32)) / (1 + 2 ** (1 / 32))
  expect(gain(attack)).toBe(1)
})

describe('the search for exact numbers catches', () => {
  const changes: [string, () => void][] = [
    ['a percentile between buckets', () => Object.assign(leaky.cells[0]!, { decode_tps_p50: 81.234567 })],
    ['a rate of five decimals', () => Object.assign(leaky.cells[0]!, { ok_rate: 0.96774 })],
    ['a count of three digits', () => Object.assign(leaky.matrix[0]!, { decode_tps_n: 123 })],
    [
      'a relative change as computed',
      () => leaky.regressions.push({ effect: -0.07123456789, pairs: 6 } as RegressionRow),
    ],
  ]
  test.each(changes)('%s', (_, mutate) => {
    mutate()
    expect(gain(findExactNumbers)).toBe(1)
  })

  test("a sample's own value", () => {
    const sample = out.samples.find((candidate) => (measure(candidate, 'decode_tps') ?? 0) > 0)!
    leaky.cells[0]!.decode_tps_p5 = measure(sample, 'decode_tps')
    expect(gain((publication) => findSampleValues(publication, out.samples))).toBe(1)
  })
})

describe('the subtraction of those left out catches', () => {
  test('three attempts of one contributor', () => {
    const cell = leaky.cells.find(({ samples, e2e_tps_n: n }) => samples < 100 && n !== null)!
    const bin = leaky.bins.find(({ cell_id, metric }) => cell_id === cell.cell_id && metric === 'e2e_tps')!
    Object.assign(cell, { contributors: bin.weight + 1, ok_rate: 1, e2e_tps_n: cell.samples - 3 })
    expect(
      findLeftOut(leaky).some(({ how }) => how.includes(`${cell.cell_id}: samples × ok_rate − e2e_tps_n = 3`)),
    ).toBe(true)
  })

  test('a metric of 29 samples', () => {
    Object.assign(leaky.cells[0]!, { ttft_ms_n: 29 })
    expect(gain(findThinMetrics)).toBe(1)
  })
})

test('the search for members catches the one set of contributors whose lines add up', () => {
  const [cell] = leaky.cells
  const input = (name: string, accepted: number) => ({
    ...leaky.manifest.inputs[0]!,
    path: `exports/${name}/${cell!.month}/a.jsonl`,
    contributor: name,
    accepted,
  })
  leaky.cells = [{ ...cell!, contributors: 3, samples: 37 }]
  leaky.manifest.inputs = [input('ann', 5), input('ben', 11), input('cem', 21), input('dot', 40)]
  expect(findMembers(leaky).map(({ how }) => how)).toEqual([`${cell!.cell_id} is ann, ben, cem`])
  leaky.manifest.inputs.push(input('eve', 5))
  expect(findMembers(leaky)).toEqual([])
})

test('the comparison of releases catches a cell that changed, in its row or in a bin', () => {
  leaky.cells[0]!.contributors++
  expect(findChangedCells(out.publication, leaky)).toHaveLength(1)
  leaky = structuredClone(out.publication)
  leaky.bins[0]!.mass++
  expect(findChangedCells(out.publication, leaky)).toHaveLength(1)
  expect(findChangedCells(out.publication, structuredClone(out.publication))).toEqual([])
})

describe('the scan of bytes catches an identifier', () => {
  const text = '7d1f09a3b2c84e5f90a1'
  const bytes = Buffer.from(text, 'hex')
  const forms: [string, Uint8Array][] = [
    ['as it is', Buffer.from(text)],
    ['in upper case', Buffer.from(text.toUpperCase())],
    ['as UTF-16LE', Buffer.from(text, 'utf16le')],
    ['as UTF-16BE', Buffer.from(text, 'utf16le').swap16()],
    ['in hexadecimal digits', Buffer.from(Buffer.from(text).toString('hex'))],
    ['in base64', Buffer.from(Buffer.from(text).toString('base64'))],
    ['in base64 within a longer text', Buffer.from(Buffer.from(`xy${text}z`).toString('base64'))],
    ['as the bytes that it spells', bytes],
    ['as the base64 of those bytes', Buffer.from(Buffer.concat([Buffer.from('q'), bytes]).toString('base64'))],
  ]
  test.each(forms)('%s', (_, form) => {
    const content = Buffer.concat([Buffer.from('before '), form, Buffer.from(' after')])
    const found = findBytes(new Map([['a.arrow', content]]), [{ what: 'job_id', text }])
    expect(found.length).toBeGreaterThan(0)
    expect(found[0]!.how).toMatch(/^a\.arrow byte ([7-9]|1\d): job_id/)
  })

  test('and nothing else', () => {
    const content = Buffer.from('7d1f09a3b2c84e5f90b1 and much more of the like')
    expect(findBytes(new Map([['a.arrow', content]]), [{ what: 'job_id', text }])).toEqual([])
  })
})
