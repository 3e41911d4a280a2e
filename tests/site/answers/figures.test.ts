import { expect, test } from 'vitest'
import { bucketValue } from '../../../contracts/metrics.ts'
import { judgeMedians, judgeStratum, RESOLUTION } from '../../../site/lib/answers/figures.ts'
import { figure } from './fixture.ts'

const curated = { kind: 'curated', higherIsBetter: true } as const
const community = { kind: 'community', higherIsBetter: true } as const
const single = (p50: number) => figure(p50, { n: 1, p25: p50, p75: p50 })

test('curated medians of the same or the next bucket of the sketch tie, two buckets apart they do not', () => {
  const [low, next, after] = [200, 201, 202].map((index) => single(bucketValue(index)))
  expect(judgeMedians(low!, next!, curated)).toBe('tie')
  expect(judgeMedians(low!, after!, curated)).toBe('worse')
  expect(judgeMedians(after!, low!, curated)).toBe('better')
  expect(RESOLUTION).toBeCloseTo(2 ** (1 / 32), 12)
})

test('a lower value is the better one where the metric says so', () => {
  expect(judgeMedians(single(100), single(200), { ...curated, higherIsBetter: false })).toBe('better')
})

test('in one stratum, curated figures whose p25–p75 overlap are a tie, though their medians differ', () => {
  const [a, b] = [figure(100, { p25: 80, p75: 120 }), figure(110, { p25: 90, p75: 130 })]
  expect(judgeMedians(a, b, curated)).toBe('worse')
  expect(judgeStratum(a, b, curated)).toBe('tie')
  expect(judgeStratum(figure(100), figure(150), curated)).toBe('worse')
})

test('community figures need disjoint intervals, and both of them', () => {
  const at = (low: number, high: number) => figure((low + high) / 2, { interval: [low, high] })
  expect(judgeMedians(at(90, 100), at(101, 110), community)).toBe('worse')
  expect(judgeMedians(at(90, 100), at(100, 110), community)).toBe('tie')
  expect(judgeMedians(at(90, 100), at(101, 110), { ...community, higherIsBetter: false })).toBe('better')
  expect(judgeMedians(at(90, 100), figure(500), community)).toBe('open')
})
