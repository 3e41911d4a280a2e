import { describe, expect, it } from 'vitest'
import { SCENARIOS, simulate } from './simulate_compare.ts'
import { simulateWatch, WATCHED } from './simulate_watch.ts'

const RUNS = 120

describe('comparisons of made-up hosts', () => {
  it.each(SCENARIOS)('$name: raise a false alarm in 1 % of the runs at most, by one metric', (scenario) => {
    const { slower, faster } = simulate(scenario, 0, RUNS, 7)
    expect((slower + faster) / RUNS).toBeLessThanOrEqual(0.01)
  })

  it.each([
    ['quiet, 8 hours', 0.1, 0.95],
    ['quiet, 2 days', 0.05, 0.95],
    ['drifting, 1 day', 0.1, 0.85],
    ['drifting, 4 days', 0.05, 0.85],
    ['disturbed, 2 days', 0.2, 0.8],
  ])('%s: see a drop of %d in %d of the runs at least', (name, drop, power) => {
    const tally = simulate(SCENARIOS.find((scenario) => scenario.name === name)!, drop, 40, 7)
    expect(tally.slower / 40).toBeGreaterThanOrEqual(power)
    expect(tally.faster).toBe(0)
  })
})

describe('made-up hosts that are watched for a week after an update', () => {
  it('are not called slower or faster if they only drift, however often one looks', async () => {
    const { slower, faster } = await simulateWatch(WATCHED[1]!, 0, 25, 11)
    expect(slower + faster).toBe(0)
  })

  it('are called slower within a day if they are, by a tenth', async () => {
    const { hours, faster } = await simulateWatch(WATCHED[1]!, 0.1, 6, 7)
    expect(faster).toBe(0)
    expect(hours.length).toBe(6)
    expect(hours[3]).toBeLessThanOrEqual(24)
  })
})
