import { describe, expect, test } from 'vitest'
import { batches } from './batches.ts'
import { mannWhitney } from './mann_whitney.ts'
import { naiveInterval } from './naive_interval.ts'
import { normalCdf } from './normal.ts'
import { drawContributor, drawSpeeds, POPULATIONS, trueMean, trueMedian } from './population.ts'
import { medianOf, pool, RIVALS } from './rivals.ts'
import { openStream } from './stream.ts'
import { Tally } from './tally.ts'

/** The parts of the simulation on their own, against values worked out by hand or known from elsewhere. */

const numbers = (first: number, last: number) => Float64Array.from({ length: last - first + 1 }, (_, i) => first + i)

describe('the rivals', () => {
  const cell = [Float64Array.of(10), Float64Array.of(20), Float64Array.of(90, 90, 90, 90, 90, 90, 90)]

  test('are what their names say', () => {
    expect(RIVALS.pooled_mean(cell)).toBeCloseTo(660 / 9, 9)
    expect(RIVALS.pooled_median(cell)).toBeCloseTo(90, 6)
    expect(RIVALS.median_of_medians(cell)).toBe(20)
    expect(RIVALS.mixture_median(cell)).toBeCloseTo(20, 6)
  })

  test('take a median of an even number halfway', () => {
    expect(medianOf(Float64Array.of(1, 2, 4, 8))).toBe(3)
    expect([...pool([Float64Array.of(3), Float64Array.of(1, 2)])]).toEqual([1, 2, 3])
  })
})

test('the distribution function of the normal has its known values', () => {
  for (const [z, p] of [
    [0, 0.5],
    [1.959964, 0.975],
    [-1.644854, 0.05],
    [3, 0.9986501],
  ] as const)
    expect(normalCdf(z)).toBeCloseTo(p, 6)
})

test('Mann-Whitney gives the p that R gives for ten values below ten others', () => {
  // wilcox.test(1:10, 11:20, alternative = "less", exact = FALSE)
  expect(mannWhitney(numbers(11, 20), numbers(1, 10))).toBeCloseTo(9.134e-5, 7)
  expect(mannWhitney(numbers(1, 10), numbers(11, 20))).toBeCloseTo(1, 3)
})

test('the binomial interval of 1 to 100 runs from the 40th to the 61st', () => {
  expect(naiveInterval([numbers(1, 60), numbers(61, 100)])).toEqual({ low: 40, high: 61 })
})

test.each(
  Object.keys(POPULATIONS) as (keyof typeof POPULATIONS)[],
)('the population %s has the median and the mean that are computed for it', (name) => {
  const population = POPULATIONS[name]
  const stream = openStream(7)
  const drawn = new Float64Array(200_000)
  for (let i = 0; i < drawn.length; i++)
    drawn[i] = drawSpeeds(population, drawContributor(population, stream), 1, stream)[0]!
  drawn.sort()
  expect(medianOf(drawn) / trueMedian(population)).toBeCloseTo(1, 2)
  expect(drawn.reduce((sum, v) => sum + v, 0) / drawn.length / trueMean(population)).toBeCloseTo(1, 2)
})

describe('a stream', () => {
  const first = (...key: number[]) => {
    const stream = openStream(...key)
    return Array.from({ length: 4 }, () => stream.uniform())
  }

  test('is the same for the same key and another for another, however near', () => {
    expect(first(1, 2, 3)).toEqual(first(1, 2, 3))
    const keys = [
      [1, 2, 3],
      [1, 3, 2],
      [1, 2, 4],
      [1, 2],
      [1, 2, 3, 0],
      [0, 2, 3],
    ]
    expect(new Set(keys.map((key) => first(...key)[0])).size).toBe(keys.length)
  })

  test('has uniforms and normals of the right mean and spread', () => {
    const stream = openStream(5)
    const [uniform, normal, square] = [new Tally(), new Tally(), new Tally()]
    for (let i = 0; i < 100_000; i++) {
      const z = stream.normal()
      uniform.add(stream.uniform())
      normal.add(z)
      square.add(z * z)
    }
    for (const [tally, mean] of [
      [uniform, 0.5],
      [normal, 0],
      [square, 1],
    ] as const)
      expect(Math.abs(tally.estimate().mean - mean)).toBeLessThan(4 * tally.estimate().standard_error)
  })

  test('does not run beside that of a neighbouring key', () => {
    const [a, b] = [openStream(1, 1), openStream(1, 2)]
    const product = new Tally()
    for (let i = 0; i < 20_000; i++) product.add(a.normal() * b.normal())
    expect(Math.abs(product.estimate().mean)).toBeLessThan(4 * product.estimate().standard_error)
  })
})

test('a tally has the mean and its standard error', () => {
  const tally = new Tally()
  for (const value of [1, 2, 3, 4]) tally.add(value)
  expect(tally.estimate()).toEqual({ mean: 2.5, standard_error: Number(Math.sqrt(5 / 3 / 4).toFixed(5)) })
})

test('batches keep all jobs in order and are no larger than a pass and its last job', () => {
  const jobs = Array.from({ length: 10 }, (_, i) => i)
  const cut = [...batches(jobs, () => 7000)]
  expect(cut.map(({ length }) => length)).toEqual([3, 3, 3, 1])
  expect(cut.flat()).toEqual(jobs)
})
