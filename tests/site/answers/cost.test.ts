import { expect, test } from 'vitest'
import { costFigure, hourlyPrice, powerOf, RENT, rentOf, tokensPerJoule } from '../../../site/lib/answers/cost.ts'
import { answersOf, figure, listing, run } from './fixture.ts'

const [one, two] = answersOf([]).gpus as [
  ReturnType<typeof answersOf>['gpus'][number],
  ReturnType<typeof answersOf>['gpus'][number],
]

test('a million tokens at 100 tok/s and 3.60 USD/h cost 10 USD; the ends of the speed map inversely', () => {
  const cost = costFigure(figure(100, { p25: 50, p75: 200, interval: [80, 125] }), 3.6)
  expect(cost.p50).toBeCloseTo(10, 10)
  expect(cost.p25).toBeCloseTo(5, 10)
  expect(cost.p75).toBeCloseTo(20, 10)
  expect(cost.interval![0]).toBeCloseTo(8, 10)
  expect(cost.interval![1]).toBeCloseTo(12.5, 10)
  expect(costFigure(figure(100), 3.6, 0.5).p50).toBeCloseTo(20, 10)
})

test('rent takes the machine of the same size, though a larger one is cheaper per GPU', () => {
  expect(rentOf(run({}), one)).toMatchObject({ usdPerHour: 2, listing: { gpuCount: 1 } })
  expect(rentOf(run({ gpuCount: 8 }), one)).toMatchObject({ usdPerHour: 8, listing: { gpuCount: 8 } })
})

test('without a machine of the size, the lowest price per GPU is multiplied', () => {
  expect(rentOf(run({ gpuCount: 2 }), two)).toMatchObject({ usdPerHour: 6, listing: { gpuCount: 8 } })
  expect(rentOf(run({}), { ...two, listings: [] })).toBeNull()
  const cheaper = [listing(8, 24), listing(8, 16)]
  expect(rentOf(run({}), { ...two, listings: cheaper })!.usdPerHour).toBe(2)
})

test('own prices: per GPU, plus electricity by power; rent never has electricity added', () => {
  const own = { pays: 'own', ownPrice: 1, electricity: 0.5, utilisation: 1 } as const
  expect(hourlyPrice(run({ gpuCount: 2 }), one, own)!.usdPerHour).toBeCloseTo(2 + 0.6 * 0.5, 10)
  expect(hourlyPrice(run({ powerW: 100 }), one, { ...own, ownPrice: null })!.usdPerHour).toBeCloseTo(0.05, 10)
  expect(hourlyPrice(run({}), two, own)).toBeNull()
  expect(hourlyPrice(run({}), two, { ...own, electricity: null })!.usdPerHour).toBe(1)
  expect(hourlyPrice(run({}), one, { ...RENT, electricity: 9 })!.usdPerHour).toBe(2)
})

test('power is the measured one, else the TDP of all GPUs, and says which', () => {
  expect(powerOf(run({ powerW: 210, gpuCount: 4 }), one)).toEqual({ watts: 210, basis: 'measured' })
  expect(powerOf(run({ gpuCount: 4 }), one)).toEqual({ watts: 1200, basis: 'TDP' })
  expect(powerOf(run({}), two)).toBeNull()
  expect(tokensPerJoule(figure(600), { watts: 300, basis: 'TDP' }).p50).toBe(2)
})
