import fc from 'fast-check'
import { expect, test } from 'vitest'
import { paretoFront } from '../../../site/lib/answers/pareto.ts'

type Pair = [number, number]
const beats = ([a, b]: Pair, [c, d]: Pair) => a >= c && b >= d && (a > c || b > d)

test('the front holds exactly the points that no other beats', () => {
  const value = fc.integer({ min: 1, max: 12 })
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 30 }), (points) => {
      const front = paretoFront(points, (point) => point)
      for (const point of points) expect(front.has(point)).toBe(!points.some((other) => beats(other, point)))
    }),
  )
})

test('points without a value are on no front', () => {
  expect(paretoFront([1, 2], (item) => (item === 1 ? null : [1, 1]))).toEqual(new Set([2]))
})
