import { normalCdf } from './normal.ts'
import type { Stream } from './stream.ts'

/** Who the contributors of a cell are: how their speeds differ, how many samples they send. Spreads are standard deviations of ln(v). */
export interface Population {
  typical_tps: number
  between_contributors_sd: number
  within_contributor_sd: number
  /** Log-normal, cut off on both sides. */
  samples: { median: number; sd: number; least: number; most: number }
  /** Some contributors also run a slower host, which made at least `least_share` of their samples. */
  slow_hosts: { contributors_share: number; speed_factor: number; least_share: number }
}

const LIKE = {
  typical_tps: 90,
  between_contributors_sd: 0.15,
  within_contributor_sd: 0.12,
} as const
const NO_SLOW_HOSTS = { contributors_share: 0, speed_factor: 1, least_share: 0 }
const HEAVY_TAILED = { median: 60, sd: 1, least: 8, most: 3000 }

/** The populations by name, from kind to unkind. */
export const POPULATIONS = {
  equal_counts: { ...LIKE, samples: { median: 60, sd: 0, least: 60, most: 60 }, slow_hosts: NO_SLOW_HOSTS },
  unequal_counts: { ...LIKE, samples: HEAVY_TAILED, slow_hosts: NO_SLOW_HOSTS },
  slow_hosts: {
    ...LIKE,
    samples: HEAVY_TAILED,
    slow_hosts: { contributors_share: 0.25, speed_factor: 0.7, least_share: 0.2 },
  },
} as const satisfies Record<string, Population>
export type PopulationName = keyof typeof POPULATIONS

/** What stays of a contributor from one engine version to the next. */
export interface Contributor {
  /** Its own speed, tok/s. */
  speed: number
  /** The share of its samples that its slower host makes. */
  slow_share: number
}

export function drawContributor(population: Population, stream: Stream): Contributor {
  const { contributors_share, least_share } = population.slow_hosts
  const speed = population.typical_tps * Math.exp(population.between_contributors_sd * stream.normal())
  const mixed = stream.uniform() < contributors_share
  const share = least_share + (1 - least_share) * stream.uniform()
  return { speed, slow_share: mixed ? share : 0 }
}

/** How many samples a contributor sends. */
export function drawCount({ samples }: Population, stream: Stream): number {
  const drawn = Math.round(samples.median * Math.exp(samples.sd * stream.normal()))
  return Math.min(Math.max(drawn, samples.least), samples.most)
}

/** `count` speeds of a contributor, ascending. */
export function drawSpeeds(population: Population, who: Contributor, count: number, stream: Stream): Float64Array {
  const { slow_hosts, within_contributor_sd } = population
  const speeds = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const host = who.slow_share > 0 && stream.uniform() < who.slow_share ? slow_hosts.speed_factor : 1
    speeds[i] = who.speed * host * Math.exp(within_contributor_sd * stream.normal())
  }
  return speeds.sort()
}

/** The median speed of the population, all contributors weighing the same: exact but for the bisection (1e-12). */
export function trueMedian(population: Population): number {
  return population.typical_tps * medianOfParts(components(population))
}

/** Normal parts of a distribution of ln(v), with their shares. */
interface Part {
  share: number
  shift: number
  sd: number
}

/** The median of v. */
export function medianOfParts(parts: readonly Part[]): number {
  let [low, high] = [0.1, 10]
  while (high / low > 1 + 1e-12) {
    const middle = Math.sqrt(low * high)
    const below = parts.reduce(
      (sum, { share, shift, sd }) => sum + share * normalCdf((Math.log(middle) - shift) / sd),
      0,
    )
    if (below < 0.5) low = middle
    else high = middle
  }
  return Math.sqrt(low * high)
}

/** The mean speed of the population: that of its log-normal parts. */
export function trueMean(population: Population): number {
  const mean = components(population).reduce(
    (sum, { share, shift, sd }) => sum + share * Math.exp(shift + sd ** 2 / 2),
    0,
  )
  return population.typical_tps * mean
}

/** The normal parts of the distribution of ln(v / typical): what the usual and what the slow hosts make. */
function components({ between_contributors_sd, within_contributor_sd, slow_hosts }: Population): Part[] {
  const sd = Math.hypot(between_contributors_sd, within_contributor_sd)
  const slow = (slow_hosts.contributors_share * (1 + slow_hosts.least_share)) / 2
  return [
    { share: 1 - slow, shift: 0, sd },
    { share: slow, shift: Math.log(slow_hosts.speed_factor), sd },
  ]
}
