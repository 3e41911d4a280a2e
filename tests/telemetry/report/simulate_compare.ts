import type { Change } from '../../../contracts/host_report.ts'
import type { Cell, Cells } from '../../../telemetry/report/blocks.ts'
import { compareCells } from '../../../telemetry/report/compare.ts'

/**
 * How often a comparison says what is not so, and sees what is: hosts of made-up hours, whose speed drifts (AR(1) from hour to hour), with
 * a daily wave and hours in which something else ran. `node tests/telemetry/report/simulate_compare.ts 2000` prints the full size.
 */
export interface Scenario {
  name: string
  /** Hours of each version. */
  hours: number
  tasks_per_hour: number
  /** Spread of the tasks of an hour, and of the hours, in ln space. */
  within: number
  between: number
  /** How much of an hour's drift the next one has. */
  memory: number
  /** Share of hours that are slower by half. */
  disturbed: number
}

const QUIET = { tasks_per_hour: 30, within: 0.15, between: 0.01, memory: 0, disturbed: 0 }
export const SCENARIOS: readonly Scenario[] = [
  { name: 'quiet, 8 hours', hours: 8, ...QUIET },
  { name: 'quiet, 2 days', hours: 48, ...QUIET },
  { name: 'drifting, 1 day', hours: 24, ...QUIET, between: 0.03, memory: 0.7 },
  { name: 'drifting, 4 days', hours: 96, ...QUIET, between: 0.03, memory: 0.7 },
  { name: 'disturbed, 2 days', hours: 48, ...QUIET, between: 0.02, memory: 0.3, disturbed: 0.05 },
]

export interface Tally {
  slower: number
  faster: number
  unchanged: number
  unclear: number
}

/** Verdicts of so many comparisons in which the second version is slower by `drop` (0: not at all). */
export function simulate(scenario: Scenario, drop: number, runs: number, seed: number): Tally {
  const random = seededNormal(seed)
  const tally: Tally = { slower: 0, faster: 0, unchanged: 0, unclear: 0 }
  for (let run = 0; run < runs; run++) tally[compareOnce(scenario, drop, random).verdict]++
  return tally
}

function compareOnce(scenario: Scenario, drop: number, random: Random): Change {
  const before = makeHours(scenario, 0, 0, random)
  const after = makeHours(scenario, scenario.hours, Math.log1p(-drop), random)
  return compareCells('decode_tps', before, after)
}

export const STRATA = ['short prompts', 'long prompts', 'another load'] as const

export function makeHours(scenario: Scenario, from: number, shift: number, { normal, uniform }: Random): Cells {
  const { hours, tasks_per_hour, within, between, memory, disturbed } = scenario
  const cells = new Map(STRATA.map((name) => [name, new Map<number, Cell>()]))
  let drift = between * normal()
  for (let hour = from; hour < from + hours; hour++) {
    drift = memory * drift + between * Math.sqrt(1 - memory ** 2) * normal()
    const level = shift + drift + (uniform() < disturbed ? Math.log(0.5) : 0)
    for (const [at, name] of STRATA.entries()) {
      const tasks = Math.max(1, Math.round((tasks_per_hour / STRATA.length) * (0.5 + uniform())))
      const mean = 4 - at + level + (within / Math.sqrt(tasks)) * normal()
      cells.get(name)!.set(hour, { tasks, sum: tasks * mean })
    }
  }
  return cells
}

export interface Random {
  normal: () => number
  uniform: () => number
}

/** mulberry32, and Box and Muller's transform of it. */
export function seededNormal(seed: number): Random {
  let state = seed
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { normal, uniform }
}

if (import.meta.main) {
  const runs = Number(process.argv[2] ?? 1000)
  for (const scenario of SCENARIOS)
    for (const drop of [0, 0.05, 0.1, 0.2]) {
      const { slower, faster, unchanged, unclear } = simulate(scenario, drop, runs, 1)
      const share = (count: number) => `${((100 * count) / runs).toFixed(1)} %`.padStart(8)
      const drops = drop === 0 ? 'no change' : `-${drop * 100} %`
      console.log(
        `${scenario.name.padEnd(20)} ${drops.padEnd(10)} slower ${share(slower)}  faster ${share(faster)}  unchanged ${share(unchanged)}  unclear ${share(unclear)}`,
      )
    }
}
