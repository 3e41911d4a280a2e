import { expect, it } from 'vitest'
import { systemClock } from '../../../telemetry/buffer/clock.ts'
import type { Outcome, SinkUploader } from '../../../telemetry/upload/sink_uploader.ts'
import { UploadSchedule } from '../../../telemetry/upload/upload_schedule.ts'

it('a flush that joins a background run sends by itself afterwards', async () => {
  const forced: boolean[] = []
  const uploader = {
    pause_ms: 0,
    upload: async ({ force }: { force: boolean }): Promise<Outcome> => {
      forced.push(force)
      await new Promise((resolve) => setTimeout(resolve, 80))
      // Another process has the lock at first; a batch that is neither full nor due is left by a run without `force`.
      if (forced.length < 3) return 'locked'
      return force ? 'done' : 'later'
    },
  } as unknown as SinkUploader
  const schedule = new UploadSchedule(uploader, systemClock, 20)
  expect(await schedule.flush(systemClock.monotonic() + 60_000)).toBe(true)
  await schedule.stop(1000)
})
