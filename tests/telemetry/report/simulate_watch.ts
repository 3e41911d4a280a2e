import type { ReportedTask } from '../../../telemetry/report/read_tasks.ts'
import { VersionWatch } from '../../../telemetry/report/version_watch.ts'
import { makeHours, type Random, SCENARIOS, type Scenario, STRATA, seededNormal } from './simulate_compare.ts'

/**
 * How often a gateway that watches an update for as long as it looks says what is not so, and sees what is, on the made-up hosts of
 * `simulate_compare.ts`. `node tests/telemetry/report/simulate_watch.ts 500` prints the full size.
 */
export const WATCHED: readonly Scenario[] = SCENARIOS.map((scenario) => ({ ...scenario, hours: 170 })).filter(
  ({ name }) => name !== 'quiet, 8 hours' && name !== 'drifting, 1 day',
)

export interface WatchTally {
  slower: number
  faster: number
  /** After how many hours it was called slower, in order. */
  hours: number[]
}

/** Updates after which the host is slower by `drop` (0: not at all). */
export async function simulateWatch(scenario: Scenario, drop: number, runs: number, seed: number) {
  const random = seededNormal(seed)
  const tally: WatchTally = { slower: 0, faster: 0, hours: [] }
  for (let run = 0; run < runs; run++) await watchOnce(scenario, drop, random, tally)
  tally.hours.sort((a, b) => a - b)
  return tally
}

async function watchOnce(scenario: Scenario, drop: number, random: Random, tally: WatchTally): Promise<void> {
  const watch = new VersionWatch(({ changes: [change], hours }) => {
    if (change!.verdict === 'slower') tally.hours.push(hours)
    tally[change!.verdict as 'slower' | 'faster']++
  })
  for (const [side, shift] of [0, Math.log1p(-drop)].entries()) {
    const cells = makeHours(scenario, side * scenario.hours, shift, random)
    for (let hour = side * scenario.hours; hour < (side + 1) * scenario.hours; hour++) {
      for (const [at, name] of STRATA.entries()) {
        const { sum, tasks } = cells.get(name)!.get(hour)!
        watch.add(makeTask(`1.${side}`, 2 ** (7 + at), Math.exp(sum / tasks)), hour * 3_600_000)
      }
      await watch.idle()
    }
  }
}

const TOKENS = 1001

function makeTask(engine_version: string, tokens_in: number, tps: number): ReportedTask {
  return {
    ...{ model_ref: 'm', engine: 'vllm', engine_version, gpu_name: 'GPU', exit: 'ok', tokens_in, tokens_out: TOKENS },
    ...{ vram_total_mb: null, vram_used_mb_peak: null, cold_start: true },
    first_token_ms: 1,
    decode_time_ms: ((TOKENS - 1) * 1000) / tps,
  }
}

if (import.meta.main) {
  const runs = Number(process.argv[2] ?? 200)
  for (const scenario of WATCHED)
    for (const drop of [0, 0.05, 0.1, 0.2]) {
      const { slower, faster, hours } = await simulateWatch(scenario, drop, runs, 1)
      const share = (count: number) => `${((100 * count) / runs).toFixed(1)} %`.padStart(8)
      console.log(
        `${scenario.name.padEnd(20)} ${`-${drop * 100} %`.padEnd(7)} slower ${share(slower)}  faster ${share(faster)}  after ${hours[hours.length >> 1] ?? '–'} hours (median)`,
      )
    }
}
