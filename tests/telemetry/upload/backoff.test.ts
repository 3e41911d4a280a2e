import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backoffTime } from '../../../telemetry/upload/backoff.ts'

it.each([
  [0, 1000],
  [1, 2000],
  [5, 32_000],
  [9, 300_000],
  [100, 300_000],
])('after %i failures waits up to %i ms', (failures, ceiling) => {
  expect(backoffTime(failures, 1)).toBe(ceiling)
  expect(backoffTime(failures, 0)).toBe(0)
})

it('is spread evenly below its ceiling, and never shorter than asked for (property)', () => {
  const draw = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.nat(1000), draw, fc.nat(3_600_000), (failures, random, asked) => {
      const ceiling = backoffTime(failures, 1)
      expect(backoffTime(failures, random)).toBeCloseTo(random * ceiling, 5)
      expect(backoffTime(failures, random, asked)).toBe(Math.max(random * ceiling, asked))
    }),
  )
})

it('a receiver that asks for years gets a day', () => {
  expect(backoffTime(0, 0, 1e12)).toBe(86_400_000)
})
