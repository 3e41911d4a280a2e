import { describe, expect, it } from 'vitest'
import { sumDrops } from '../../../telemetry/buffer/drop_counts.ts'
import type { Account } from './account_types.ts'
import { DISKS, makePlan } from './plan.ts'
import { runOnce } from './run_once.ts'

/** Few runs, among which are all that can go wrong with the disk and the sink. `npm run soak` takes a thousand others. */
const SEEDS = [2, 3, 5, 8, 17, 18, 20, 39]
const PARALLEL = 2
const PLANS = SEEDS.map((seed) => makePlan(seed, { hurry: 4 }))

async function runAll(): Promise<Account[]> {
  const accounts: Account[] = []
  const left = PLANS.values()
  const work = async () => {
    for (const plan of left) accounts.push(await runOnce(plan))
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  return accounts
}

describe('processes that are killed, with bad disks and bad sinks', () => {
  it('are of every kind', () => {
    expect(new Set(PLANS.map(({ disk }) => disk))).toEqual(new Set(DISKS))
    expect(new Set(PLANS.map(({ sink }) => sink))).toEqual(new Set(['sound', 'bad', 'stalled']))
    expect(PLANS.some(({ lives }) => lives.every(({ kill_after_ms }) => kill_after_ms === null))).toBe(true)
    expect(PLANS.some(({ lives }) => lives.some(({ beside }) => beside))).toBe(true)
  })

  it(`lose nothing beyond the loss window, in ${SEEDS.length} seeded runs`, { timeout: 600_000 }, async () => {
    const accounts = await runAll()
    const faults = accounts.flatMap((account) => account.faults.map((fault) => `seed ${account.plan.seed}: ${fault}`))
    expect(faults).toEqual([])
    // The runs must have been what they claim to be: killings, drops, repetitions and arrivals.
    const sum = (pick: (account: Account) => number) => accounts.reduce((so_far, account) => so_far + pick(account), 0)
    expect(sum(({ kills }) => kills)).toBeGreaterThan(SEEDS.length / 2)
    expect(sum(({ sent }) => sent)).toBeGreaterThan(100)
    expect(sum(({ duplicates }) => duplicates)).toBeGreaterThan(0)
    expect(sum(({ dropped }) => sumDrops(dropped))).toBeGreaterThan(0)
  })
})
