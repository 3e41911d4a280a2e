import { type CellRow, type MatrixRow, METRICS, type Metric } from '../../../contracts/index.ts'
import { type Atom, contributorsOf, countSamples, readPartition, standingOf } from '../support/groups.ts'
import { type Buckets, bucketsOf, keepContributors } from '../support/kept.ts'
import type { Publication } from '../support/publication.ts'
import { measure, type Sample } from '../support/samples.ts'
import { type Span, spanOf } from '../support/steps.ts'
import { readBucket } from './percentiles.ts'

/**
 * What an attacker reads out of one release: for each number that is published or follows from published ones by a subtraction, how many
 * contributors it speaks of. The numbers come from published files only; the raw samples tell afterwards whom they were of.
 */
export type ReadOut = Record<string, number[]>

export const ROW_RATES = 'rates of a row less its cells'
export const PENDING = 'accepted lines less published samples'

/** The samples behind each cell, by id. */
type Truth = Map<string, Sample[]>

/**
 * Every attack on one release. A number that speaks of nobody, or of whom cannot be told, is 0.
 *
 * @param k contributors of which a number may speak
 */
export function readOut(publication: Publication, atoms: Atom[], k: number): ReadOut {
  const partition = readPartition(publication.cells, atoms)
  const truth = truthOf(partition)
  const standing = new Map([...partition].map(([id, own]) => [id, standingOf(own)]))
  return {
    'outer ends of distributions': findEnds(publication, truth, distributionEnds),
    'percentiles but the median': findEnds(publication, truth, percentilesOf(['p5', 'p25', 'p75', 'p95'])),
    'all bins but one': findComplements(publication, truth),
    'rates, and what they leave': publication.cells.flatMap((cell) => findRates(cell, truth.get(cell.cell_id)!)),
    [ROW_RATES]: findRowRates(publication, truth),
    'one count of a cell less another': publication.cells.flatMap((cell) => findCounts(cell, truth.get(cell.cell_id)!)),
    'contributors of a row less a cell, or less a weight': findContributors(publication, standing, k),
    [PENDING]: findPending(publication, atoms, partition),
  }
}

/** The medians and the ends of their intervals: they rest on half of the contributors where those are fewer than a bin needs. */
export function readMedians(publication: Publication, atoms: Atom[]): number[] {
  return findEnds(
    publication,
    truthOf(readPartition(publication.cells, atoms)),
    percentilesOf(['p50', 'ci_low', 'ci_high']),
  )
}

function truthOf(partition: Map<string, Atom[]>): Truth {
  return new Map([...partition].map(([id, own]) => [id, own.flatMap(({ samples }) => samples)]))
}

/** Of those that a figure of a cell is made of, the buckets. */
function keptOf({ manifest: { audience, policy } }: Publication, samples: Sample[], metric: Metric): Buckets {
  const buckets = bucketsOf(samples, metric)
  return audience === 'private' ? buckets : keepContributors(buckets, policy.k)
}

type Ends = (publication: Publication, cell: CellRow, metric: Metric) => { lo: number; hi: number }[]

const distributionEnds: Ends = ({ bins }, { cell_id }, metric) => {
  const own = bins.filter((bin) => bin.cell_id === cell_id && bin.metric === metric)
  const [lo, hi] = [Math.min(...own.map((bin) => bin.lo)), Math.max(...own.map((bin) => bin.hi))]
  // One bucket is the median.
  return own.length === 0 || lo === hi
    ? []
    : [
        { lo: -Infinity, hi: lo },
        { lo: hi, hi: Infinity },
      ]
}

function percentilesOf(names: readonly ('p5' | 'p25' | 'p50' | 'p75' | 'p95' | 'ci_low' | 'ci_high')[]): Ends {
  return (_, cell, metric) =>
    names.flatMap((name) => {
      const value = cell[`${metric}_${name}`]
      if (value === null) return []
      const bucket = readBucket(value)
      return [
        { lo: -Infinity, hi: bucket },
        { lo: bucket, hi: Infinity },
      ]
    })
}

function findEnds(publication: Publication, truth: Truth, endsOf: Ends): number[] {
  return publication.cells.flatMap((cell) =>
    METRICS.flatMap((metric) => {
      const ends = endsOf(publication, cell, metric)
      if (ends.length === 0) return []
      const kept = keptOf(publication, truth.get(cell.cell_id)!, metric)
      return ends.map((end) => countIn(kept, [end]))
    }),
  )
}

function findComplements(publication: Publication, truth: Truth): number[] {
  const distributions = Map.groupBy(publication.bins, ({ cell_id, metric }) => `${cell_id} ${metric}`).values()
  return [...distributions].flatMap((own) => {
    const { cell_id, metric } = own[0]!
    const kept = keptOf(publication, truth.get(cell_id)!, metric)
    const sorted = own.toSorted((a, b) => a.lo - b.lo)
    const widened = sorted.map(({ lo, hi }, i) => ({
      lo: i === 0 ? -Infinity : lo,
      hi: i === sorted.length - 1 ? Infinity : hi,
    }))
    return own.length < 2 ? [] : widened.map((bin) => countIn(kept, without(widened, bin)))
  })
}

function countIn(buckets: Buckets, ranges: { lo: number; hi: number }[]): number {
  const isInside = (bucket: number) => ranges.some(({ lo, hi }) => bucket >= lo && bucket <= hi)
  return [...buckets.values()].filter((own) => own.some(isInside)).length
}

const RATES = ['ok', 'cancel', 'error', 'reject'] as const

/** A published rate speaks of those with such an attempt, and of those with another; all of them of those with an attempt of a withheld kind. */
function findRates(cell: CellRow, samples: Sample[]): number[] {
  const known = RATES.filter((name) => cell[`${name}_rate`] !== null)
  const hidden = without(RATES, ...known)
  const who = (exits: readonly string[]) => countPeople(samples, ({ line }) => exits.includes(line.exit))
  const rest = known.length > 0 && hidden.length > 0 ? [who(hidden)] : []
  return [...known.flatMap((name) => [who([name]), who(without(RATES, name))]), ...rest]
}

/** A row's rate less those of its cells that publish theirs speaks of the contributors to the others. */
function findRowRates({ matrix, cells }: Publication, truth: Truth): number[] {
  return matrix.flatMap((row) =>
    RATES.filter((name) => row[`${name}_rate`] !== null).map((name) => {
      const others = cells.filter((cell) => cell.matrix_id === row.matrix_id && cell[`${name}_rate`] === null)
      const samples = others.flatMap(({ cell_id }) => truth.get(cell_id)!)
      return countPeople(samples, ({ line }) => (name === 'ok' ? line.exit !== 'ok' : line.exit === name))
    }),
  )
}

/** Of two counts that differ, the difference counts the samples that count for one and not for the other. */
function findCounts(cell: CellRow, samples: Sample[]): number[] {
  const counts = [
    { n: cell.samples as number | null, counts: () => true },
    ...METRICS.map((metric) => ({
      n: cell[`${metric}_n`],
      counts: (sample: Sample) => measure(sample, metric) !== null,
    })),
  ].filter(({ n }) => n !== null)
  return counts.flatMap((a, i) =>
    counts.slice(i + 1).map((b) => (a.n === b.n ? 0 : countPeople(samples, (s) => a.counts(s) !== b.counts(s)))),
  )
}

function countPeople(samples: Sample[], isMeant: (sample: Sample) => boolean): number {
  return new Set(samples.filter(isMeant).map(({ contributor }) => contributor)).size
}

/** Where the difference of two numbers of contributors lies between 1 and k - 1 for sure, it tells of a group of fewer than k. */
function findContributors(
  { cells, matrix, bins, manifest: { audience } }: Publication,
  standing: Map<string, Set<string>>,
  k: number,
): number[] {
  const span = (row: CellRow | MatrixRow) => clip(spanOf(row.contributors, audience === 'private'), row.evidence)
  const judge = (whole: Span, part: Span, people: number) =>
    whole.least > part.most && whole.most - part.least < k ? people : 0
  const byRow = Map.groupBy(cells, ({ matrix_id }) => matrix_id)
  const byCell = new Map(cells.map((cell) => [cell.cell_id, cell]))
  const rows = matrix.flatMap((row) => {
    const own = byRow.get(row.matrix_id)!
    const people = new Set(own.flatMap(({ cell_id }) => [...standing.get(cell_id)!]))
    return own.map((cell) => judge(span(row), span(cell), people.size - standing.get(cell.cell_id)!.size))
  })
  const weights = bins.map(({ cell_id, weight }) => {
    const cell = byCell.get(cell_id)!
    return judge(span(cell), spanOf(weight, audience === 'private'), Math.abs(cell.contributors - weight))
  })
  return [...rows, ...weights]
}

/** How far off a difference of totals may be that still counts what is pending. */
const PENDING_ERROR = 0.02

/** The lines that a month's files have in all, less the samples of its cells, are those that are pending, where the two counts fit. */
function findPending({ cells, manifest }: Publication, atoms: Atom[], partition: Map<string, Atom[]>): number[] {
  const published = new Set([...partition.values()].flat())
  const months = Map.groupBy(
    manifest.inputs.filter(({ kind }) => kind === 'community'),
    ({ path }) => path.split('/')[2]!,
  )
  return [...months].map(([month, files]) => {
    const pending = atoms.filter((atom) => atom.setUp.month === month && !published.has(atom))
    const accepted = files.reduce((sum, file) => sum + file.accepted, 0)
    const samples = cells.filter((cell) => cell.month === month).reduce((sum, cell) => sum + cell.samples, 0)
    const isTold = Math.abs((accepted - samples) / countSamples(pending) - 1) <= PENDING_ERROR
    return isTold ? contributorsOf(pending).size : 0
  })
}

/** What evidence says of a number of contributors. */
function clip({ least, most }: Span, evidence: string): Span {
  if (evidence === 'ranked') return { least: Math.max(least, 8), most }
  // A row that rolls up a frozen cell is provisional at any number.
  return evidence === 'provisional' && least < 8
    ? { least: Math.max(least, 5), most: Math.min(most, 7) }
    : { least, most }
}

function without<T>(all: readonly T[], ...gone: T[]): T[] {
  return all.filter((one) => !gone.includes(one))
}
