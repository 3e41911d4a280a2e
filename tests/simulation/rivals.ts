/** The estimators that the pipeline's is held against, in plain code. `cell` is the ascending speeds of each contributor. */
export type Cell = readonly Float64Array[]

export const RIVALS = {
  pooled_mean: pooledMean,
  pooled_median: (cell: Cell) => weightedMedian(cell, (speeds) => speeds.length),
  median_of_medians: medianOfMedians,
  mixture_median: (cell: Cell) => weightedMedian(cell, () => 1),
} as const satisfies Record<string, (cell: Cell) => number>
export type Rival = keyof typeof RIVALS

function pooledMean(cell: Cell): number {
  let [sum, n] = [0, 0]
  for (const speeds of cell) {
    for (const speed of speeds) sum += speed
    n += speeds.length
  }
  return sum / n
}

function medianOfMedians(cell: Cell): number {
  return medianOf(Float64Array.from(cell, medianOf).sort())
}

/** The median of ascending values; the mean of the middle two where their number is even. */
export function medianOf(ascending: Float64Array): number {
  const half = ascending.length >> 1
  return ascending.length % 2 === 1 ? ascending[half]! : (ascending[half - 1]! + ascending[half]!) / 2
}

/** All speeds of a cell, ascending. */
export function pool(cell: Cell): Float64Array {
  const pooled = new Float64Array(cell.reduce((sum, speeds) => sum + speeds.length, 0))
  let at = 0
  for (const speeds of cell) {
    pooled.set(speeds, at)
    at += speeds.length
  }
  return pooled.sort()
}

/** The value below which half of the weight lies, each contributor's spread evenly over its samples. */
function weightedMedian(cell: Cell, weightOf: (speeds: Float64Array) => number): number {
  const total = cell.reduce((sum, speeds) => sum + weightOf(speeds), 0)
  let low = Math.min(...cell.map((speeds) => speeds[0]!))
  let high = Math.max(...cell.map((speeds) => speeds.at(-1)!))
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2
    let below = 0
    for (const speeds of cell) below += (weightOf(speeds) * countUpTo(speeds, middle)) / speeds.length
    if (below < total / 2) low = middle
    else high = middle
  }
  return high
}

/** How many of the ascending values are at most `bound`. */
function countUpTo(ascending: Float64Array, bound: number): number {
  let [from, to] = [0, ascending.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (ascending[middle]! <= bound) from = middle + 1
    else to = middle
  }
  return from
}
