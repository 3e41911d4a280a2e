/**
 * The chaos runs at full size:
 *
 *     node tests/telemetry/chaos/run.ts --runs 1000 --seed 1 [--parallel 2] [--hurry 1]
 *
 * With --fleet a fleet of gateways before one collector instead (--hosts 20 --seconds 120), see ../collect/fleet.
 *
 * Prints a table by what went wrong with the disk and the sink, and every fault with the seed of its run. Exit code 1 on a fault.
 */
import { parseArgs } from 'node:util'
import { sumDrops } from '../../../telemetry/buffer/drop_counts.ts'
import { runFullFleet } from '../collect/fleet/run.ts'
import type { Account } from './account_types.ts'
import { makePlan } from './plan.ts'
import { runOnce } from './run_once.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '2' },
    hurry: { type: 'string', default: '1' },
    fleet: { type: 'boolean', default: false },
    hosts: { type: 'string' },
    seconds: { type: 'string' },
  },
})

if (values.fleet) {
  await runFullFleet(process.argv.slice(2))
  process.exit()
}

const first = Number(values.seed)
const runs = Number(values.runs)
const accounts: Account[] = []
let next = first
let stopping = false

// The runs under way end first: they have processes and perhaps a mounted file system to put away.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopping = true
  })
}

async function work(): Promise<void> {
  for (let seed = next++; seed < first + runs && !stopping; seed = next++) {
    const account = await runOnce(makePlan(seed, { hurry: Number(values.hurry) }))
    accounts.push(account)
    for (const fault of account.faults) console.log(`seed ${seed}: ${fault} ${JSON.stringify(account)}`)
    if (accounts.length % 50 === 0) console.error(`${accounts.length} runs`)
  }
}

await Promise.all(Array.from({ length: Number(values.parallel) }, work))
console.table(summarize(accounts))
console.log(describeWindow(accounts))
process.exitCode = accounts.some(({ faults }) => faults.length > 0) ? 1 : 0

function summarize(all: readonly Account[]): Record<string, Record<string, number>> {
  const keys = [...new Set(all.map(({ plan }) => `disk ${plan.disk}, sink ${plan.sink}`))].sort()
  const rows = Object.fromEntries(
    keys.map((key) => [key, sumUp(all.filter(({ plan }) => `disk ${plan.disk}, sink ${plan.sink}` === key))]),
  )
  return { ...rows, all: sumUp(all) }
}

/** How far back a kill reached, where nothing else can have taken a sample. */
function describeWindow(all: readonly Account[]): string {
  const overruns = all.flatMap(({ overruns_ms }) => overruns_ms).sort((a, b) => a - b)
  if (overruns.length === 0) return 'No kill of a run without drops took a sample.'
  const late = overruns.filter((ms) => ms > 0).length
  const at = (share: number) => overruns[Math.min(overruns.length - 1, Math.floor(overruns.length * share))]
  return (
    `${overruns.length} kills that took samples, on sound disks and without drops: the oldest was emitted p50 ${at(0.5)} ms, ` +
    `p95 ${at(0.95)} ms, at most ${overruns.at(-1)} ms before the window of fsync_ms (negative: within it); ${late} beyond it.`
  )
}

function sumUp(group: readonly Account[]): Record<string, number> {
  const sum = (pick: (account: Account) => number) => group.reduce((so_far, account) => so_far + pick(account), 0)
  return {
    runs: group.length,
    kills: sum(({ kills }) => kills),
    emitted: sum(({ emitted }) => emitted),
    sent: sum(({ sent }) => sent),
    waiting: sum(({ waiting }) => waiting),
    dropped: sum(({ dropped }) => sumDrops(dropped)),
    lost: sum(({ lost }) => lost),
    'may be lost': sum(({ may_be_lost }) => may_be_lost),
    duplicates: sum(({ duplicates }) => duplicates),
    faults: sum(({ faults }) => faults.length),
  }
}
