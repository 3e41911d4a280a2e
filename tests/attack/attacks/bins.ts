import type { BinRow } from '../../../contracts/index.ts'
import type { Atom } from '../support/groups.ts'
import { readPartition } from '../support/groups.ts'
import type { Isolation } from '../support/isolation.ts'
import { bucketsOf, keepContributors } from '../support/kept.ts'
import type { Publication } from '../support/publication.ts'

/**
 * Bins that show too few people: fewer contributors or samples than the policy asks for, counted again in the raw samples; and numbers
 * that are not those of the cell (masses that do not add up to 1,000, bins that overlap, a weight of its own). The first and the last bin
 * hold what lies beyond their outer edges, too.
 */
export function findSmallBins({ cells, bins, manifest: { policy } }: Publication, atoms: Atom[]): Isolation[] {
  const weights = new Map(cells.map(({ cell_id, contributors }) => [cell_id, contributors]))
  const groups = readPartition(cells, atoms)
  const distributions = Map.groupBy(bins, ({ cell_id, metric }) => `${cell_id} ${metric}`)
  return [...distributions.values()].flatMap((own) => {
    const { cell_id, metric } = own[0]!
    const samples = groups.get(cell_id)!.flatMap((atom) => atom.samples)
    const kept = keepContributors(bucketsOf(samples, metric), policy.k)
    const sorted = own.toSorted((a, b) => a.lo - b.lo)
    const small = sorted.flatMap((bin) => judgeBin(bin, countIn(kept, widen(bin, sorted)), policy))
    return [...small, ...judgeDistribution(own, weights.get(cell_id)!)]
  })
}

function widen({ lo, hi }: BinRow, sorted: BinRow[]): Range {
  return { lo: lo === sorted[0]!.lo ? -Infinity : lo, hi: hi === sorted.at(-1)!.hi ? Infinity : hi }
}

/** Outer edges of distributions at which, or beyond which, fewer contributors lie than a bin must have: the lowest one is one person's sample. */
export function findSingleEdges({ cells, bins, manifest: { policy } }: Publication, atoms: Atom[]): Isolation[] {
  const groups = readPartition(cells, atoms)
  const distributions = Map.groupBy(bins, ({ cell_id, metric }) => `${cell_id} ${metric}`)
  return [...distributions].flatMap(([name, own]) => {
    const { cell_id, metric } = own[0]!
    const samples = groups.get(cell_id)!.flatMap((atom) => atom.samples)
    const kept = keepContributors(bucketsOf(samples, metric), policy.k)
    const [lo, hi] = [Math.min(...own.map((bin) => bin.lo)), Math.max(...own.map((bin) => bin.hi))]
    // A cell that is its median has no ends.
    if (hi === lo) return []
    const edges: [string, Range][] = [
      [`lo ${lo}`, { lo: -Infinity, hi: lo }],
      [`hi ${hi}`, { lo: hi, hi: Infinity }],
    ]
    const counted = edges.map(([edge, range]) => ({ edge, ...countIn(kept, range) }))
    return counted
      .filter(({ contributors }) => contributors < policy.k)
      .map(({ edge, contributors }) => ({ attack: 'edges', how: `${edge} of ${name}`, contributors }))
  })
}

type Range = Pick<BinRow, 'lo' | 'hi'>

/** How many contributors and samples lie in a range of buckets. */
function countIn(buckets: Map<string, number[]>, { lo, hi }: Range) {
  const inside = [...buckets.values()].map((own) => own.filter((bucket) => bucket >= lo && bucket <= hi).length)
  return { contributors: inside.filter((n) => n > 0).length, samples: inside.reduce((sum, n) => sum + n, 0) }
}

function judgeBin(
  bin: BinRow,
  counted: { contributors: number; samples: number },
  policy: Publication['manifest']['policy'],
): Isolation[] {
  const { contributors, samples } = counted
  const large = contributors >= policy.bin_contributors && samples >= policy.bin_samples
  if (large) return []
  const place = `bin ${bin.lo} to ${bin.hi} of ${bin.metric} in ${bin.cell_id}`
  return [{ attack: 'bins', how: `${place} holds ${samples} samples`, contributors }]
}

function judgeDistribution(bins: BinRow[], contributors: number): Isolation[] {
  const sorted = bins.toSorted((a, b) => a.lo - b.lo)
  const faults = [
    ['masses do not add up to 1,000', bins.reduce((sum, { mass }) => sum + mass, 0) !== 1000],
    ['bins overlap', sorted.some(({ lo }, i) => i > 0 && lo <= sorted[i - 1]!.hi)],
    [`weight is not the ${contributors} contributors of the cell`, bins.some(({ weight }) => weight !== contributors)],
  ] as const
  const place = `${bins[0]!.metric} of ${bins[0]!.cell_id}`
  return faults
    .filter(([, wrong]) => wrong)
    .map(([what]) => ({ attack: 'bins', how: `${place}: ${what}`, contributors }))
}
