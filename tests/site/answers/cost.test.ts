import { expect, test } from 'vitest'
import type { PriceRow } from '../../../contracts/tables.ts'
import { hourlyPrice, powerOf, RENT, tokensPerJoule } from '../../../site/lib/answers/cost.ts'
import {
  type CostFigures,
  cheapestRent,
  costFigure,
  onDemandListings,
  rentedCost,
  rentOrigin,
} from '../../../site/lib/cost.ts'
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
  expect(cheapestRent(one.listings, 1)).toEqual({ usdPerHour: 2, listedGpus: 1, provider: 'host', asOf: '2026-10-10' })
  expect(cheapestRent(one.listings, 8)).toMatchObject({ usdPerHour: 8, listedGpus: 8 })
  expect(rentOrigin(cheapestRent(one.listings, 8)!, 8)).toBe('host, 2026-10-10')
})

test('without a machine of the size, the lowest price per GPU is multiplied, and said so', () => {
  const rent = cheapestRent(two.listings, 2)!
  expect(rent).toMatchObject({ usdPerHour: 6, listedGpus: 8 })
  expect(rentOrigin(rent, 2)).toBe('host, 2026-10-10, from a listing of 8 GPUs, per GPU × 2')
  expect(cheapestRent([], 1)).toBeNull()
  expect(cheapestRent([listing(8, 24), listing(8, 16)], 1)!.usdPerHour).toBe(2)
})

test('listings are the on-demand prices, of each offer the newest', () => {
  const price = (over: Partial<PriceRow>): PriceRow => ({
    gpu_id: 'one',
    gpu_count: 1,
    provider: 'a',
    region: '',
    term: 'on-demand',
    usd_per_hour: 1,
    as_of: '2026-01-01',
    source: 'list',
    ...over,
  })
  const listings = onDemandListings([
    price({ usd_per_hour: 0.9, as_of: '2026-05-01' }),
    price({ usd_per_hour: 0.4 }),
    price({ provider: 'b', gpu_count: 8, usd_per_hour: 5.6 }),
    price({ provider: 'b', gpu_count: 8, usd_per_hour: 4.8, region: 'far' }),
    price({ provider: 'c', usd_per_hour: 0.1, term: 'spot' }),
  ])
  expect(listings.map(({ provider, region, usdPerHour }) => [provider, region, usdPerHour])).toEqual([
    ['a', '', 0.9],
    ['b', '', 5.6],
    ['b', 'far', 4.8],
  ])
})

test('the cost of one user follows from end-to-end speed, from decode speed where that is all there is', () => {
  const rent = cheapestRent(one.listings, 1)
  const cost = (figures: CostFigures, price = rent) => rentedCost({ type: 'single_stream', figures }, price)
  expect(cost({ decode_tps: figure(200), e2e_tps: figure(100), output_tps: figure(1) })!.p50).toBeCloseTo(
    2e6 / 36e4,
    10,
  )
  expect(cost({ decode_tps: figure(200) })!.p50).toBeCloseTo(2e6 / 720_000, 10)
  expect([cost({ ttft_ms: figure(9) }), cost({ e2e_tps: figure(9) }, null)]).toEqual([null, null])
})

test.each([
  'batched_online',
  'batched_offline',
] as const)('the cost of %s follows from the throughput of all streams alone', (type) => {
  const rent = cheapestRent(one.listings, 1)
  const speeds = { decode_tps: figure(20), e2e_tps: figure(10) }
  expect(rentedCost({ type, figures: { ...speeds, output_tps: figure(500) } }, rent)!.p50).toBeCloseTo(2e6 / 18e5, 10)
  expect(rentedCost({ type, figures: speeds }, rent)).toBeNull()
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
