import { expect, test } from 'vitest'
import { boundLosses } from './loss_bound.ts'
import { makePlan } from './plan.ts'

const NOW = 1_000_000

/** A process that was killed just after it told of a last sample, with so many in memory and dropped before. */
function boundOf(last: { pending: number; dropped: number }, isThere: boolean): number {
  const plan = { ...makePlan(1), disk: 'sound' as const, max_pending: 50 }
  const life = { emissions: [{ id: 'last', at: NOW, ...last }], killed_at: NOW, stderr: '' }
  return boundLosses(
    { plan, dir: '', lives: [{ plan: plan.lives[0]!, life }], deliveries: [], drained: false, stall_ms: 0 },
    () => isThere,
  )
}

test('a last sample that was written may have pushed another out of a memory that was full', () => {
  expect(boundOf({ pending: 50, dropped: 358 }, true)).toBe(359)
  expect(boundOf({ pending: 49, dropped: 358 }, true)).toBe(358)
})

test('a last sample that is nowhere was in memory', () => {
  expect(boundOf({ pending: 0, dropped: 0 }, false)).toBe(1)
  expect(boundOf({ pending: 0, dropped: 0 }, true)).toBe(0)
})
