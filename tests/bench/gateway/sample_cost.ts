import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { Helper } from './processes.ts'
import type { SampleCost, SampleLoop } from './sample_types.ts'
import { median } from './statistics.ts'
import { printAim, printTable } from './table.ts'

type Who = SampleLoop['who']
type Pace = Pick<SampleLoop, 'warmup' | 'samples' | 'per_turn' | 'pause_ms'>

const AIM_US = 5
const NAMES: Record<Who, string> = { none: 'the loop itself', otel: 'OpenTelemetry JS', orch: 'orch' }
/** Many at once, and one now and then. */
const PACES: Record<string, Pace> = {
  'in a row': { warmup: 50_000, samples: 200_000, per_turn: 100, pause_ms: 0 },
  'one every 5 ms': { warmup: 200, samples: 1_000, per_turn: 1, pause_ms: 5 },
}

/** Measures what recording a sample costs, each recorder in `turns` processes of its own, in turns, and prints it. */
export async function benchSampleCost(home: string, folder: string, turns: number): Promise<void> {
  for (const [name, pace] of Object.entries(PACES)) {
    const costs = await measureInTurns({ ...pace, home, folder }, turns)
    const orch_us = median(costs.orch.map(({ main_us }) => main_us))
    printTable(
      `Recording a sample, ${name}; CPU time of each sample, medians of ${turns} processes`,
      ['recorder', 'event loop µs', '× orch', 'all threads µs', 'samples lost'],
      Object.entries(costs).map(([who, turn]) => format(NAMES[who as Who], turn, orch_us)),
    )
    if (pace.pause_ms === 0) printAim(`< ${AIM_US} µs of event-loop time per sample`, us(orch_us), orch_us < AIM_US)
  }
}

async function measureInTurns(work: Omit<SampleLoop, 'who'>, turns: number): Promise<Record<Who, SampleCost[]>> {
  const costs: Record<Who, SampleCost[]> = { none: [], otel: [], orch: [] }
  for (let turn = 0; turn < turns; turn++)
    for (const who of Object.keys(costs) as Who[])
      costs[who].push(await measure({ ...work, who, folder: mkdtempSync(join(work.folder, 'samples-')) }))
  return costs
}

async function measure(loop: SampleLoop): Promise<SampleCost> {
  const helper = new Helper('sample_loop.ts')
  try {
    helper.send(loop)
    return await helper.receive<SampleCost>('cost')
  } finally {
    await helper.stop()
  }
}

function format(name: string, costs: readonly SampleCost[], orch_us: number): string[] {
  const main_us = median(costs.map((cost) => cost.main_us))
  const process_us = median(costs.map((cost) => cost.process_us))
  const lost = costs.reduce((sum, cost) => sum + cost.lost, 0)
  return [name, us(main_us), (main_us / orch_us).toFixed(2), us(process_us), String(lost)]
}

function us(value: number): string {
  return value.toFixed(2)
}
