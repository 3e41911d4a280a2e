import type { Change, Compared } from '../../contracts/host_report.ts'
import type { Cells } from './blocks.ts'

/** Blocks that each side needs: the spread of fewer says too little. */
const LEAST_BLOCKS = 6
/** Hours of a block. Neighbouring hours are alike; the length that gives the widest interval counts. */
const BLOCK_HOURS = [1, 2, 4, 8, 24] as const
const RESAMPLES = 300
const RESAMPLES_IN_A_STEP = 20
/** Changes below it are what a host does by itself. */
export const LEAST_CHANGE = 0.03
/** 99 % for each of two metrics: both together raise a false alarm in 2 % of the comparisons at most. */
const Z = 2.5758
/**
 * The drift of a day is longer than any block that a day or two have enough of. Simulated on hosts that drift (tests/telemetry/report), false
 * alarms of one metric were 3.7 % without it and 0.8 % with it.
 */
const WIDENING = 1.3
const HIGHER_IS_BETTER: Record<Compared, boolean> = { decode_tps: true, ttft_ms: false }

/**
 * Compares two sides by what they share. Tasks of one host hang together, as the load and the heat of an hour are common to all: blocks of
 * hours are resampled, not tasks (block bootstrap), for each side; the interval takes the t quantile of Welch's degrees of freedom.
 */
export function compareCells(metric: Compared, before: Cells, after: Cells): Change {
  const steps = compareInSteps(metric, before, after)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** `compareCells` in steps of about a millisecond, for a process that has more to do. Tasks may come and old hours may go meanwhile. */
export function* compareInSteps(metric: Compared, before: Cells, after: Cells): Generator<void, Change> {
  const strata = shareStrata(before, after)
  const effect = strata.reduce((sum, { weight, before: a, after: b }) => sum + weight * (mean(b) - mean(a)), 0)
  const total = (side: 'before' | 'after') => strata.reduce((sum, stratum) => sum + stratum[side].tasks, 0)
  const counts = { metric, tasks_before: total('before'), tasks_after: total('after') }
  const spread = strata.length === 0 ? null : yield* widestSpread(strata, before, after)
  if (spread === null) return tooFew(counts, strata, effect, before, after)
  return judge(counts, effect, spread)
}

type Counts = Pick<Change, 'metric' | 'tasks_before' | 'tasks_after'>

function judge(counts: Counts, effect: number, half: number): Change {
  const sign = HIGHER_IS_BETTER[counts.metric] ? 1 : -1
  const least = Math.log1p(LEAST_CHANGE)
  const isSure = Math.abs(effect) > half && Math.abs(effect) >= least
  const isSame = Math.abs(effect) + half < least
  const verdict = isSure ? (effect * sign < 0 ? 'slower' : 'faster') : isSame ? 'unchanged' : 'unclear'
  // As much narrower as it takes to tell an effect of this size, and no effect from the least one.
  const target = Math.max(Math.abs(effect), least)
  const more = verdict === 'unclear' ? Math.max(0.1, (half / target) ** 2 - 1) : 0
  return {
    ...counts,
    change: Math.expm1(effect),
    low: Math.expm1(effect - half),
    high: Math.expm1(effect + half),
    verdict,
    tasks_needed: Math.ceil(counts.tasks_after * more),
    hours_needed: 0,
  }
}

/** Without enough blocks there is no interval, and no verdict. */
function tooFew(counts: Counts, strata: readonly Stratum[], effect: number, before: Cells, after: Cells): Change {
  const hours = strata.length === 0 ? 0 : Math.min(...[before, after].map((cells) => toBlocks(strata, cells, 1).length))
  const hours_needed = Math.max(1, LEAST_BLOCKS - hours)
  const perHour = hours === 0 ? 1 : counts.tasks_after / hours
  const change = strata.length === 0 ? null : Math.expm1(effect)
  const tasks_needed = Math.ceil(perHour * hours_needed)
  return { ...counts, change, low: null, high: null, verdict: 'unclear', tasks_needed, hours_needed }
}

interface Stratum {
  name: string
  before: Cell
  after: Cell
  /** Of the effect; all of them add up to 1. */
  weight: number
  /** Taken off both sides, so that a block without this stratum counts as one without a difference. */
  center: number
}

interface Cell {
  tasks: number
  sum: number
}

function shareStrata(before: Cells, after: Cells): Stratum[] {
  const shared = [...before.keys()].filter((name) => after.has(name))
  const sides = shared.map((name) => ({ name, before: addUp(before.get(name)!), after: addUp(after.get(name)!) }))
  const weights = sides.map(({ before: a, after: b }) => (a.tasks * b.tasks) / (a.tasks + b.tasks))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return sides.map((side, at) => ({
    ...side,
    weight: weights[at]! / total,
    center: (mean(side.before) + mean(side.after)) / 2,
  }))
}

function addUp(hours: ReadonlyMap<number, Cell>): Cell {
  const sum = { tasks: 0, sum: 0 }
  for (const cell of hours.values()) {
    sum.tasks += cell.tasks
    sum.sum += cell.sum
  }
  return sum
}

function mean({ sum, tasks }: Cell): number {
  return sum / tasks
}

/** Half of the interval, for the length of blocks for which it is widest; null if no length gives enough blocks. */
function* widestSpread(strata: readonly Stratum[], before: Cells, after: Cells): Generator<void, number | null> {
  let widest: number | null = null
  for (const hours of BLOCK_HOURS) {
    const [own, other] = [toBlocks(strata, before, hours), toBlocks(strata, after, hours)]
    if (Math.min(own.length, other.length) < LEAST_BLOCKS) continue
    const variances = [yield* resample(strata, own), yield* resample(strata, other)] as const
    const counts = [own.length, other.length] as const
    widest = Math.max(widest ?? 0, halfWidth(raiseShorter(variances, counts), counts))
  }
  return widest
}

type Pair = readonly [before: number, after: number]

/**
 * Few hours may happen to hold none of those in which something else ran: the side of fewer blocks varies as much by block as the other
 * one at least.
 */
function raiseShorter([a, b]: Pair, [blocksA, blocksB]: Pair): Pair {
  if (blocksA < blocksB) return [Math.max(a, (b * blocksB) / blocksA), b]
  return blocksB < blocksA ? [a, Math.max(b, (a * blocksA) / blocksB)] : [a, b]
}

function halfWidth([a, b]: Pair, [blocksA, blocksB]: Pair): number {
  if (a + b === 0) return 0
  const freedom = (a + b) ** 2 / (a ** 2 / (blocksA - 1) + b ** 2 / (blocksB - 1))
  return WIDENING * tQuantile(freedom) * Math.sqrt(a + b)
}

/** The t quantile at 0.995 (Abramowitz and Stegun 26.7.5); 0.6 % too low at 5 degrees of freedom. */
function tQuantile(freedom: number): number {
  const [z, n] = [Z, freedom]
  return (
    z +
    (z ** 3 + z) / (4 * n) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3)
  )
}

/** The tasks of a block: for each stratum their number and the sum of their logarithms. */
interface Block {
  tasks: Float64Array
  sums: Float64Array
}

function toBlocks(strata: readonly Stratum[], cells: Cells, hours: number): Block[] {
  const blocks = new Map<number, Block>()
  for (const [at, { name }] of strata.entries())
    for (const [hour, { tasks, sum }] of cells.get(name) ?? []) {
      const key = Math.floor(hour / hours)
      let block = blocks.get(key)
      if (block === undefined) {
        block = { tasks: new Float64Array(strata.length), sums: new Float64Array(strata.length) }
        blocks.set(key, block)
      }
      block.tasks[at]! += tasks
      block.sums[at]! += sum
    }
  return [...blocks.values()]
}

/** The variance of a side's mean over resampled blocks. */
function* resample(strata: readonly Stratum[], blocks: readonly Block[]): Generator<void, number> {
  const random = randomNumbers(blocks.length)
  const means: number[] = []
  while (means.length < RESAMPLES) {
    if (means.length % RESAMPLES_IN_A_STEP === 0) yield
    means.push(meanOf(strata, blocks, random))
  }
  const average = means.reduce((sum, value) => sum + value, 0) / RESAMPLES
  const variance = means.reduce((sum, value) => sum + (value - average) ** 2, 0) / (RESAMPLES - 1)
  return (variance * blocks.length) / (blocks.length - 1)
}

function meanOf(strata: readonly Stratum[], blocks: readonly Block[], random: () => number): number {
  const count = strata.length
  const tasks = new Float64Array(count)
  const sums = new Float64Array(count)
  for (let drawn = 0; drawn < blocks.length; drawn++) {
    const block = blocks[Math.floor(random() * blocks.length)]!
    const [ownTasks, ownSums] = [block.tasks, block.sums]
    for (let at = 0; at < count; at++) {
      tasks[at] = tasks[at]! + ownTasks[at]!
      sums[at] = sums[at]! + ownSums[at]!
    }
  }
  let total = 0
  for (let at = 0; at < count; at++)
    if (tasks[at]! > 0) total += strata[at]!.weight * (sums[at]! / tasks[at]! - strata[at]!.center)
  return total
}

/** Uniform in [0, 1), the same for the same seed (mulberry32): the same samples give the same verdict. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
