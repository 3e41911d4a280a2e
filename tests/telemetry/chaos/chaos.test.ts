import { describe, expect, it } from 'vitest'
import { sumDrops } from '../../../telemetry/buffer/drop_counts.ts'
import type { Account } from './account_types.ts'
import { makePlan } from './plan.ts'
import { runOnce } from './run_once.ts'

const RUNS = 40
const PARALLEL = 2
/** The seeds of the suite; `run.ts` takes any others. */
const FIRST_SEED = 1

async function runAll(): Promise<Account[]> {
  const accounts: Account[] = []
  let next = FIRST_SEED
  const work = async () => {
    for (let seed = next++; seed < FIRST_SEED + RUNS; seed = next++)
      accounts.push(await runOnce(makePlan(seed, { hurry: 4 })))
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  return accounts
}

describe('processes that are killed, with bad disks and bad sinks', () => {
  it(`lose nothing beyond the loss window, in ${RUNS} seeded runs`, { timeout: 300_000 }, async () => {
    const accounts = await runAll()
    const faults = accounts.flatMap((account) => account.faults.map((fault) => `seed ${account.plan.seed}: ${fault}`))
    expect(faults).toEqual([])
    // The runs must have been what they claim to be: killings, drops, repetitions and arrivals.
    const sum = (pick: (account: Account) => number) => accounts.reduce((so_far, account) => so_far + pick(account), 0)
    expect(sum(({ kills }) => kills)).toBeGreaterThan(RUNS / 2)
    expect(sum(({ sent }) => sent)).toBeGreaterThan(100)
    expect(sum(({ duplicates }) => duplicates)).toBeGreaterThan(0)
    expect(sum(({ dropped }) => sumDrops(dropped))).toBeGreaterThan(0)
  })
})
