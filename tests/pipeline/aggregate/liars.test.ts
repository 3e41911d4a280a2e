import { describe, expect, test } from 'vitest'
import { pass, type Sender, stratumOf } from '../../simulation/pipeline_pass.ts'
import { drawSpeeds, POPULATIONS } from '../../simulation/population.ts'
import { openStream } from '../../simulation/stream.ts'

/** What contributors can do to a figure by what they send. */

/** Contributors of 40 samples each at their own speeds near 90 tok/s, as the factors say that they state them. */
function senders(factors: readonly number[], { model = 'm', version = '1.0', change = 1 } = {}): Sender[] {
  return factors.map((factor, c) => {
    const own = openStream(3, c)
    const speed =
      90 * Math.exp(0.1 * own.normal()) * Math.exp(0.02 * openStream(4, c, Math.round(100 * change)).normal())
    const samples = openStream(5, c, Math.round(1000 * change))
    const speeds = drawSpeeds(POPULATIONS.equal_counts, { speed: speed * factor * change, slow_share: 0 }, 40, samples)
    return { model, engine: 'e', version, contributor: `c${c}`, speeds }
  })
}

async function cellOf(factors: readonly number[]) {
  const { cells } = await pass(senders(factors).map(stratumOf))
  return cells.get('m')!
}

const honest = (count: number) => Array.from({ length: count }, () => 1)

describe('a liar', () => {
  test.each([
    10, 1000, 0.1,
  ])('of five, at %d times the true speed, neither removes the figure nor moves it by 5 %', async (lie) => {
    const before = await cellOf(honest(5))
    const after = await cellOf([lie, ...honest(4)])
    expect(Math.abs(after.decode_tps_p50! / before.decode_tps_p50! - 1)).toBeLessThan(0.05)
  })

  test('has no place in the interval of the median, nor have three of ten', async () => {
    const before = await cellOf(honest(10))
    const after = await cellOf([10, 10, 10, ...honest(7)])
    expect(after.decode_tps_ci_low!).toBeLessThanOrEqual(before.decode_tps_p50!)
    expect(after.decode_tps_ci_high!).toBeLessThan(1.2 * before.decode_tps_p50!)
  })

  test('hides no better behind honest contributors who are far apart: four of twelve', async () => {
    const scattered = [0.6, 0.8, 0.9, 0.95, 1.05, 1.2, 1.5, 1.8]
    const before = await cellOf(scattered)
    const after = await cellOf([...scattered, 10, 10, 10, 10])
    expect(Math.abs(after.decode_tps_p50! / before.decode_tps_p50! - 1)).toBeLessThan(0.03)
  })

  test('counts among the contributors as one', async () => {
    const counts = [7, 8].map(async (all) => (await cellOf([10, ...honest(all - 1)])).contributors)
    // In steps: 5 to 7, and 8 to 12.
    expect(await Promise.all(counts)).toEqual([5, 10])
  })
})

describe('liars about a version', () => {
  const flags = async (change: number, lies: readonly number[]) => {
    const before = senders(honest(lies.length))
    const { regressions } = await pass([...before, ...senders(lies, { version: '1.1', change })].map(stratumOf))
    return regressions.map(({ verdict, pairs }) => ({ verdict, pairs }))
  }

  test('who say it got faster do not hide that it got slower for the rest', async () => {
    expect(await flags(0.9, [1.3, 1.3, ...honest(10)])).toEqual([{ verdict: 'confirmed', pairs: 10 }])
  })

  test('who say it got slower do not make it so', async () => {
    expect(await flags(1, [...Array(9).fill(0.7), ...honest(21)])).toEqual([])
  })

  test('do not help by being few: the rest have to be six', async () => {
    expect(await flags(0.9, [1.3, ...honest(5)])).toEqual([])
  })
})
