import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCost, parseCost } from '../../../site/lib/answers/cost_state.ts'
import { paretoFront, priceRuns } from '../../../site/lib/answers/front.ts'
import { answersOf, figure, run } from './fixture.ts'

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

test('kinds have fronts of their own; a run without a price is listed, not on the cost front', () => {
  const data = answersOf([
    run({ figures: { decode_tps: figure(100) } }),
    run({ gpu: 'three', figures: { decode_tps: figure(500) } }),
    run({ kind: 'community', gpu: 'two', figures: { decode_tps: figure(10) } }),
  ])
  const found = priceRuns(data, parseCost(new URLSearchParams(), data)).map(({ kind, runs }) => [
    kind,
    runs.map((priced) => [priced.run.gpu, priced.onCostFront, priced.onEnergyFront]),
  ])
  expect(found).toEqual([
    [
      'curated',
      [
        ['three', false, true],
        ['one', true, false],
      ],
    ],
    ['community', [['two', true, false]]],
  ])
})

test('own prices live in the address; one of them is enough to leave list prices', () => {
  const data = answersOf([run({})])
  const question = parseCost(new URLSearchParams('?price=1.5&kwh=0.3&use=40'), data)
  expect(question.basis).toEqual({ pays: 'own', ownPrice: 1.5, electricity: 0.3, utilisation: 0.4 })
  expect(formatCost(question, data, 'org--alpha')).toBe('?model=org--alpha&price=1.5&kwh=0.3&use=40')
  expect(parseCost(new URLSearchParams('?use=250'), data).basis).toMatchObject({ pays: 'rent', utilisation: 1 })
  expect(formatCost(parseCost(new URLSearchParams(), data), data, 'org--alpha')).toBe('')
})
