import { type Cell, medianOf } from './rivals.ts'

/** What an estimator makes of a cell: tok/s, with the ends of its 95 % interval; null where it gives no figure. */
export interface Figure {
  estimate: number
  low: number
  high: number
}

/** Ways to make one figure of contributors, in plain code, each with the interval that belongs to it. */
export const ESTIMATORS = {
  soft: (cell: Cell) => {
    const medians = logMedians(cell)
    const first = locate(medians, 0.18)
    const near = medians.filter((m) => Math.abs(m - first.centre) <= 2.25 * first.spread)
    return mixture(cell, softWeights(medians, locate(near, 0.18), 3))
  },
  one_step: (cell: Cell) => {
    const medians = logMedians(cell)
    return mixture(cell, softWeights(medians, locate(medians, 0.2), 2.5))
  },
  hard_drop: hardDrop,
  mixture: (cell: Cell) =>
    mixture(
      cell,
      cell.map(() => 1),
    ),
  median_of_medians: medianOfMedians,
  hodges_lehmann: hodgesLehmann,
  biweight,
  huber,
} as const satisfies Record<string, (cell: Cell) => Figure | null>

interface Location {
  centre: number
  spread: number
}

/** The median and the scaled MAD, at least `floor`. */
function locate(medians: readonly number[], floor: number): Location {
  const centre = median(medians)
  return { centre, spread: Math.max(1.4826 * (1 + 1.1 / medians.length) * deviation(medians, centre), floor) }
}

/** Beyond `reach` spreads from the centre, a contributor has the fourth power of its share of the weight. */
function softWeights(medians: readonly number[], { centre, spread }: Location, reach: number): number[] {
  return medians.map((m) => Math.max(1, Math.abs(m - centre) / (reach * spread)) ** -4)
}

/** The mixture of the contributors within 3.5 scaled MADs (at least 0.05, in ln), if there are 5. */
function hardDrop(cell: Cell): Figure | null {
  const medians = logMedians(cell)
  const centre = median(medians)
  const spread = Math.max(1.4826 * deviation(medians, centre), 0.05)
  const kept = cell.filter((_, c) => Math.abs(medians[c]! - centre) <= 3.5 * spread)
  if (kept.length < 5) return null
  return mixture(
    kept,
    kept.map(() => 1),
  )
}

/** The median of a weighted mixture, with Woodruff's interval clustered by contributor. */
function mixture(cell: Cell, weights: readonly number[]): Figure {
  const quantile = mixtureQuantiles(cell, weights)
  const estimate = quantile(0.5)
  const total = sum(weights)
  const n = total ** 2 / sum(weights.map((w) => w * w))
  const shares = cell.map(
    (speeds) => speeds.findLastIndex((speed) => speed <= estimate) / speeds.length + 1 / speeds.length,
  )
  const mean = sum(shares.map((share, c) => share * weights[c]!)) / total
  const variance = (sum(shares.map((share, c) => weights[c]! * (share - mean) ** 2)) / total) * (n / (n - 1))
  const sd = Math.min(Math.max(Math.ceil(Math.round(Math.sqrt(variance) * 20e6) / 1e6) / 20, 0.1), 0.55)
  const half = Math.min((studentT(n - 1) * sd) / Math.sqrt(n), 0.5)
  return { estimate, low: quantile(0.5 - half), high: quantile(0.5 + half) }
}

function mixtureQuantiles(cell: Cell, weights: readonly number[]): (q: number) => number {
  const values = cell
    .flatMap((speeds, c) => Array.from(speeds, (speed) => ({ speed, weight: weights[c]! / speeds.length })))
    .sort((a, b) => a.speed - b.speed)
  const total = sum(weights)
  return (q) => {
    let below = 0
    for (const { speed, weight } of values) {
      below += weight
      if (below >= q * total - 1e-9) return speed
    }
    return values.at(-1)!.speed
  }
}

/** With the interval of the sign test: order statistics. */
function medianOfMedians(cell: Cell): Figure {
  const sorted = logMedians(cell).sort((a, b) => a - b)
  const n = sorted.length
  let [ways, below, rank] = [1, 1, 0]
  while (rank + 1 < n / 2 && (below + (ways * (n - rank)) / (rank + 1)) / 2 ** n <= 0.025) {
    ways *= (n - rank) / (rank + 1)
    below += ways
    rank++
  }
  return inSpeeds(median(sorted), sorted[rank]!, sorted[n - 1 - rank]!)
}

/** The median of the means of all pairs of medians, with the interval of the signed-rank test (normal approximation). */
function hodgesLehmann(cell: Cell): Figure {
  const medians = logMedians(cell)
  const means = walshMeans(medians)
  const n = cell.length
  const rank = Math.max(0, Math.floor((n * (n + 1)) / 4 - 1.959964 * Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24)))
  return inSpeeds(median(means), means[rank]!, means[means.length - 1 - rank]!)
}

/** The means of all pairs of values, each with itself too, ascending. */
export function walshMeans(values: readonly number[]): number[] {
  return values.flatMap((a, i) => values.slice(i).map((b) => (a + b) / 2)).sort((a, b) => a - b)
}

/** Tukey's biweight of the medians (c = 6 MAD), with Student's interval from its own variance. */
function biweight(cell: Cell): Figure {
  const medians = logMedians(cell)
  let centre = median(medians)
  const spread = Math.max(deviation(medians, centre), 1e-6)
  const scaled = () => medians.map((m) => ({ m, u: ((m - centre) / (6 * spread)) ** 2 })).filter(({ u }) => u < 1)
  for (let i = 0; i < 20; i++)
    centre = sum(scaled().map(({ m, u }) => m * (1 - u) ** 2)) / sum(scaled().map(({ u }) => (1 - u) ** 2))
  const steep = sum(scaled().map(({ u }) => (1 - u) * (1 - 5 * u)))
  const variance = sum(scaled().map(({ m, u }) => (m - centre) ** 2 * (1 - u) ** 4)) / Math.max(steep, 1) ** 2
  return studentInterval(centre, Math.sqrt(variance), cell.length)
}

/** Huber's estimate of the medians (k = 1.345 scaled MADs), with Student's interval from its own variance. */
function huber(cell: Cell): Figure {
  const medians = logMedians(cell)
  let centre = median(medians)
  const bound = 1.345 * Math.max(1.4826 * deviation(medians, centre), 1e-6)
  const clipped = () => medians.map((m) => Math.min(Math.max(m - centre, -bound), bound))
  for (let i = 0; i < 50; i++) centre += sum(clipped()) / medians.length
  const inside = medians.filter((m) => Math.abs(m - centre) < bound).length
  const squares = sum(clipped().map((psi) => psi * psi)) / (medians.length - 1)
  const error = Math.sqrt(squares / medians.length) / (Math.max(inside, 1) / medians.length)
  return studentInterval(centre, error, cell.length)
}

function studentInterval(centre: number, error: number, n: number): Figure {
  const half = studentT(n - 1) * error
  return inSpeeds(centre, centre - half, centre + half)
}

function inSpeeds(estimate: number, low: number, high: number): Figure {
  return { estimate: Math.exp(estimate), low: Math.exp(low), high: Math.exp(high) }
}

/** The 0.975 quantile of Student's t by the Cornish-Fisher expansion, as the pipeline has it. */
function studentT(freedom: number): number {
  return 1.959964 + 2.372271 / freedom + 2.8225 / freedom ** 2 + 2.55585 / freedom ** 3
}

function logMedians(cell: Cell): number[] {
  return cell.map((speeds) => Math.log(medianOf(speeds)))
}

function deviation(values: readonly number[], centre: number): number {
  return median(values.map((value) => Math.abs(value - centre)))
}

/** The median of values in any order. */
export function median(values: readonly number[]): number {
  return medianOf(Float64Array.from(values).sort())
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
