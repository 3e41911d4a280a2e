import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketIndex, SKETCH_RELATIVE_ERROR } from '../../contracts/metrics.ts'
import { histogramBars, quantile, rollUp } from '../../site/lib/sketch.ts'

const binOf = (value: number) => ({ lo: bucketIndex(value), hi: bucketIndex(value), mass: 1000, weight: 1 })
const samples = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })

test('a quantile of rolled-up bins is within the bound of the sketch', () => {
  fc.assert(
    fc.property(samples, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (values, q) => {
      const sorted = values.toSorted((a, b) => a - b)
      const exact = sorted[Math.ceil(q * sorted.length - 1e-9) - 1]!
      const error = Math.abs(quantile(rollUp(values.map(binOf)), q) / exact - 1)
      expect(error).toBeLessThanOrEqual(SKETCH_RELATIVE_ERROR + 1e-9)
    }),
  )
})

test('cells count by their weight, and a wide bin is spread over its buckets', () => {
  const rolled = rollUp([
    { lo: 0, hi: 1, mass: 1000, weight: 4 },
    { lo: 1, hi: 1, mass: 500, weight: 2 },
  ])
  expect(rolled).toEqual([
    [0, 2000],
    [1, 3000],
  ])
})

test('the bars of a histogram cover every bin, are no more than asked for, and add up to one', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const bars = histogramBars(rollUp(values.map(binOf)), 40)
      expect(bars.length).toBeLessThanOrEqual(41)
      expect(bars.reduce((sum, bar) => sum + bar.share, 0)).toBeCloseTo(1)
      for (const value of values)
        expect(bars.some(({ low, high }) => value > low * 0.999999 && value <= high * 1.000001)).toBe(true)
    }),
  )
  expect(histogramBars([], 40)).toEqual([])
})
