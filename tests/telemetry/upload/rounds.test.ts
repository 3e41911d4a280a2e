import { expect, it } from 'vitest'
import { systemClock } from '../../../telemetry/buffer/clock.ts'
import type { Courier, Outcome } from '../../../telemetry/upload/courier.ts'
import { Rounds } from '../../../telemetry/upload/rounds.ts'

it('a flush that meets rounds of the background goes out itself', async () => {
  const forced: boolean[] = []
  const courier = {
    pause: 0,
    deliver: async ({ force }: { force: boolean }): Promise<Outcome> => {
      forced.push(force)
      await new Promise((resolve) => setTimeout(resolve, 80))
      // Another process has the lock at first; and what is not full and not due waits for a round that does not ask.
      if (forced.length < 3) return 'locked'
      return force ? 'done' : 'later'
    },
  } as unknown as Courier
  const rounds = new Rounds(courier, systemClock, 20, () => Promise.resolve())
  expect(await rounds.flush(60_000)).toBe(true)
  await rounds.stop(1000)
})
