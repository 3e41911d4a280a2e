import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { clearBuffer } from '../../../telemetry/buffer/clear.ts'
import { readBufferStatus } from '../../../telemetry/buffer/status.ts'
import type { Sink } from '../../../telemetry/sinks/types.ts'
import { startUploader } from '../../../telemetry/upload/start_uploader.ts'
import { makeSample, makeSamples } from '../support/samples.ts'
import { leaveOpenSegment, newFolder, open, readAll, readJobs } from './support.ts'

/** A folder in which all that orch writes has been written. */
async function useFolder(dir: string): Promise<void> {
  leaveOpenSegment(dir, `not json\n{"torn`)
  const { buffer } = open(dir, { segment_bytes: 4096, max_bytes: 16_384, max_pending: 100 })
  for (const sample of makeSamples(300)) buffer.append(sample)
  await buffer.close(60_000)
  const sink: Sink = {
    name: 'http',
    form: 'event',
    max_samples: 10,
    max_bytes: 1e6,
    interval_ms: 10,
    send: () => Promise.resolve({ kind: 'accepted' }),
    close: () => Promise.resolve(),
  }
  const uploader = startUploader({ dir, sinks: [sink], since: null, key: Buffer.alloc(32) })
  await uploader.flush(60_000)
  await uploader.close(0)
}

it('deletes all that orch wrote, and counts the samples', async () => {
  const dir = newFolder()
  await useFolder(dir)
  const before = await readBufferStatus(dir)
  expect(before.segments).toBeGreaterThan(0)
  const records = await readAll(dir)
  expect(await clearBuffer(dir)).toEqual({ segments: before.segments, samples: records.length, bytes: before.bytes })
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files).toEqual([])
  expect(await readBufferStatus(dir)).toMatchObject({ segments: 0, bytes: 0, sinks: {}, dropped: {} })
})

it('of a folder that is not there deletes nothing and makes nothing', async () => {
  const dir = newFolder()
  expect(await clearBuffer(dir)).toEqual({ segments: 0, samples: 0, bytes: 0 })
  expect(existsSync(dir)).toBe(false)
})

it('refuses a folder with files of others, and names them', async () => {
  const dir = newFolder()
  await useFolder(dir)
  mkdirSync(join(dir, 'photos'))
  writeFileSync(join(dir, 'thesis.tex'), 'mine')
  mkdirSync(join(dir, 'unreadable'), { recursive: true })
  writeFileSync(join(dir, 'unreadable', 'notes.txt'), 'mine')
  const before = readdirSync(dir, { recursive: true })
  await expect(clearBuffer(dir)).rejects.toThrow(
    `${dir}: expected only files that orch wrote, found photos, thesis.tex, "unreadable/notes.txt". Nothing was deleted. Move them elsewhere, or check telemetry.buffer.dir.`,
  )
  expect(readdirSync(dir, { recursive: true })).toEqual(before)
})

it('while a process records, it goes on with a new segment', async () => {
  const dir = newFolder()
  const { buffer } = open(dir)
  buffer.append(makeSample('a'))
  await buffer.sync(5000)
  await clearBuffer(dir)
  buffer.append(makeSample('b'))
  await buffer.close(60_000)
  expect(await readJobs(dir)).toEqual(['b'])
})
