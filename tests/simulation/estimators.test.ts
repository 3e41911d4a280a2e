import { describe, expect, test } from 'vitest'
import { ESTIMATORS } from './estimators.ts'
import { pass, stratumOf } from './pipeline_pass.ts'
import { drawSpeeds, POPULATIONS } from './population.ts'
import type { Cell } from './rivals.ts'
import { flagSignedRank, signedRankP } from './signed_rank.ts'
import { openStream, type Stream } from './stream.ts'

/** The estimators that the site's is compared with, against values worked out by hand, and its plain form against the pipeline. */

const cellOf = (...medians: number[]) => medians.map((m) => Float64Array.of(m))

describe('an estimator', () => {
  test.each(
    Object.entries(ESTIMATORS),
  )('%s finds the centre of symmetric contributors, inside of its interval', (_, estimate) => {
    const { estimate: found, low, high } = estimate(cellOf(80, 84, 90, 96.428571, 101.25))!
    expect(found).toBeCloseTo(90, 4)
    expect(low).toBeLessThan(90)
    expect(high).toBeGreaterThan(90)
  })

  test('is moved by a tenfold liar as its kind is', () => {
    const cell = cellOf(900, 84, 90, 96.428571, 101.25)
    expect(ESTIMATORS.hard_drop(cell)).toBeNull()
    expect(ESTIMATORS.median_of_medians(cell).estimate).toBeCloseTo(96.4286, 3)
    expect(ESTIMATORS.hodges_lehmann(cell).estimate).toBeCloseTo(96.4286, 3)
    for (const name of ['soft', 'biweight'] as const) expect(ESTIMATORS[name](cell).estimate, name).toBeLessThan(97)
  })

  test('of this site is the same in plain code and in SQL', async () => {
    const stream = openStream(11)
    for (const count of [8, 9, 12]) {
      const cell = drawCell(stream, count, 0.15, [10, 1.7])
      const published = await publish(cell)
      const plain = ESTIMATORS.soft(cell)
      expect(published.decode_tps_p50! / plain.estimate).toBeCloseTo(1, 1.5)
      expect(published.decode_tps_ci_low! / plain.low).toBeCloseTo(1, 1.5)
      expect(published.decode_tps_ci_high! / plain.high).toBeCloseTo(1, 1.5)
    }
  })

  test('of this site takes its centre of those near it, in SQL too', async () => {
    const cell = drawCell(openStream(12), 12, 0, [0.6, 0.8, 0.9, 0.95, 1.05, 1.2, 1.5, 1.8, 10, 10, 10, 10])
    const { estimate } = ESTIMATORS.soft(cell)
    expect(ESTIMATORS.one_step(cell).estimate / estimate).toBeGreaterThan(1.03)
    expect((await publish(cell)).decode_tps_p50! / estimate).toBeCloseTo(1, 1.5)
  })
})

/** Contributors whose speeds differ by `sd`; the first have theirs times a factor. */
function drawCell(stream: Stream, count: number, sd: number, factors: readonly number[]): Cell {
  return Array.from({ length: count }, (_, c) => {
    const speed = 90 * Math.exp(sd * stream.normal()) * (factors[c] ?? 1)
    return drawSpeeds(POPULATIONS.equal_counts, { speed, slow_share: 0 }, 200, stream)
  })
}

async function publish(cell: Cell) {
  const senders = cell.map((speeds, c) => ({ model: 'm', engine: 'e', version: '1', contributor: `c${c}`, speeds }))
  return (await pass(senders.map(stratumOf))).cells.get('m')!
}

test('the signed-rank test has the p of the tables', () => {
  expect(signedRankP(6, 0)).toBe(1 / 64)
  expect(signedRankP(8, 3)).toBe(5 / 256)
  expect(signedRankP(10, 55)).toBe(1)
  expect(flagSignedRank([-0.1, -0.11, -0.12, -0.13, -0.14, -0.15])).toBe(true)
  expect(flagSignedRank([-0.1, -0.11, -0.12, -0.13, -0.14, 0.01])).toBe(false)
  expect(flagSignedRank([-0.01, -0.011, -0.012, -0.013, -0.014, -0.015])).toBe(false)
})
