import { expect, test } from 'vitest'
import { judgeMedians, judgeStratum } from '../../../site/lib/answers/figures.ts'
import { figure } from './fixture.ts'

const curated = { kind: 'curated', higherIsBetter: true } as const
const community = { kind: 'community', higherIsBetter: true } as const
const single = (p50: number) => figure(p50, { n: 1, p25: p50, p75: p50 })

test('curated medians are exact: the smallest difference decides, equal ones tie', () => {
  const [low, high] = [single(304.5), single(304.6)]
  expect(judgeMedians(low, high, curated)).toBe('worse')
  expect(judgeMedians(high, low, curated)).toBe('better')
  expect(judgeMedians(high, single(304.6), curated)).toBe('tie')
  expect(judgeStratum(low, high, curated)).toBe('worse')
  expect(judgeStratum(high, single(304.6), curated)).toBe('tie')
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
