import { existsSync, readdirSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import type { TelemetryEvent } from '../../../contracts/index.ts'
import { type Files, systemFiles } from '../../../telemetry/buffer/files.ts'
import { makeSample, makeSamples } from '../support/samples.ts'
import { listSegmentFiles, newFolder, open, readAll, readJobs, readSegmentTexts } from './support.ts'

it('creates nothing, and holds no timer, before the first sample', async () => {
  const dir = newFolder()
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = timers()
  const { buffer } = open(dir)
  await setImmediate()
  expect(timers()).toBe(before)
  expect(existsSync(dir)).toBe(false)
  await buffer.close(60_000)
  expect(existsSync(dir)).toBe(false)
})

it('writes each sample as one line, for its owner alone', async () => {
  const dir = newFolder()
  const { buffer, warnings } = open(dir)
  const samples = makeSamples(3)
  for (const sample of samples) buffer.append(sample)
  expect(buffer.counts()).toEqual({ recorded: 3, written: 0, pending: 3, dropped: {} })
  await buffer.sync(5000)
  expect(buffer.counts()).toEqual({ recorded: 3, written: 3, pending: 0, dropped: {} })
  expect(readSegmentTexts(dir)).toEqual([samples.map((sample) => `${JSON.stringify(sample)}\n`).join('')])
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  expect(statSync(join(dir, listSegmentFiles(dir)[0]!)).mode & 0o777).toBe(0o600)
  expect(warnings).toEqual([])
  await buffer.close(60_000)
})

it('needs no one to ask: what was appended is soon on the disk', async () => {
  const dir = newFolder()
  const { buffer } = open(dir)
  buffer.append(makeSample('a'))
  await expect.poll(() => buffer.counts().written).toBe(1)
  expect(await readJobs(dir)).toEqual(['a'])
  await buffer.close(60_000)
})

it('writes within a fifth of the loss window and syncs within it, whatever comes meanwhile', async () => {
  const dir = newFolder()
  let syncs = 0
  const files: Files = {
    ...systemFiles,
    open: async (path, flags, mode) => {
      const handle = await systemFiles.open(path, flags, mode)
      const datasync = handle.datasync.bind(handle)
      handle.datasync = () => {
        syncs += 1
        return datasync()
      }
      return handle
    },
  }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let now = 0
  const clock = { wall: Date.now, monotonic: () => now }
  const { buffer } = open(dir, { fsync_ms: 500 }, { files, clock })
  const pass = async (ms: number, written: number) => {
    now += ms
    vi.advanceTimersByTime(ms)
    // Disk work goes on in real time; what is not due stays away however long one waits.
    const limit = performance.now() + 60_000
    while (buffer.counts().written !== written && performance.now() < limit) await setImmediate()
    for (let turn = 0; turn < 20; turn += 1) await setImmediate()
    expect(buffer.counts().written).toBe(written)
  }
  buffer.append(makeSample('a'))
  await pass(99, 0)
  await pass(1, 1)
  expect(syncs).toBe(0)
  // A sample that comes while the first waits for its sync is written in its own time.
  buffer.append(makeSample('b'))
  await pass(100, 2)
  await pass(299, 2)
  expect(syncs).toBe(0)
  await pass(1, 2)
  vi.useRealTimers()
  await expect.poll(() => syncs).toBe(1)
  await buffer.close(60_000)
})

it('says in the name of a closed segment how many samples it holds', async () => {
  const dir = newFolder()
  const { buffer } = open(dir)
  for (const sample of makeSamples(7)) buffer.append(sample)
  await buffer.sync(5000)
  expect(listSegmentFiles(dir)[0]).toMatch(/\.open\.jsonl$/)
  await buffer.close(60_000)
  expect(listSegmentFiles(dir)[0]).toMatch(/\.n7\.jsonl$/)
})

it('begins a new segment when one is full, and keeps the order', async () => {
  const dir = newFolder()
  const { buffer } = open(dir, { segment_bytes: 4096 })
  const samples = makeSamples(100)
  for (const sample of samples) {
    buffer.append(sample)
    if (sample.job_id.endsWith('0')) await buffer.sync(5000)
  }
  await buffer.close(60_000)
  expect(listSegmentFiles(dir).length).toBeGreaterThan(5)
  expect(await readJobs(dir)).toEqual(samples.map(({ job_id }) => job_id))
})

it('goes on in the order of its predecessors, whatever the clock says', async () => {
  const dir = newFolder()
  let wall = Date.parse('2026-06-01T00:00:00Z')
  const clock = { wall: () => wall, monotonic: () => performance.now() }
  for (const [job, day] of [
    ['first', 1],
    ['second', 20],
    ['third', 3],
  ] as const) {
    wall = Date.parse(`2026-06-${String(day).padStart(2, '0')}T00:00:00Z`)
    const { buffer } = open(dir, {}, { clock })
    buffer.append(makeSample(job))
    await buffer.close(60_000)
  }
  expect(await readJobs(dir)).toEqual(['first', 'second', 'third'])
})

it('counts invalid and late samples, without throwing', async () => {
  const dir = newFolder()
  const { buffer } = open(dir)
  const circular: Record<string, unknown> = {}
  circular.self = circular
  const bad = [undefined, circular, { big: 1n }, makeSample('x'.repeat(9000))] as unknown as TelemetryEvent[]
  for (const sample of bad) buffer.append(sample)
  buffer.append(makeSample('good'))
  await buffer.close(60_000)
  buffer.append(makeSample('late'))
  expect(buffer.counts()).toEqual({ recorded: 6, written: 1, pending: 0, dropped: { invalid: 4, memory: 1 } })
  expect(await readJobs(dir)).toEqual(['good'])
})

it('begins a new segment if someone deleted the present one', async () => {
  const dir = newFolder()
  const { buffer } = open(dir)
  buffer.append(makeSample('gone'))
  await buffer.sync(5000)
  for (const name of readdirSync(dir)) unlinkSync(join(dir, name))
  buffer.append(makeSample('kept'))
  await buffer.close(60_000)
  expect(await readJobs(dir)).toEqual(['kept'])
})

it('samples with characters of several bytes come back as they were', async () => {
  const dir = newFolder()
  const { buffer } = open(dir, { segment_bytes: 4096 })
  const odd = { ...makeSample('a'), note: 'ü€😀\n"\u0000' } as TelemetryEvent
  for (let at = 0; at < 200; at += 1) buffer.append(odd)
  await buffer.close(60_000)
  const lines = readSegmentTexts(dir).flatMap((text) => text.split('\n').slice(0, -1))
  expect(lines).toHaveLength(200)
  expect(lines.every((line) => line === JSON.stringify(odd))).toBe(true)
  expect((await readAll(dir)).every(({ kind }) => kind === 'unreadable')).toBe(true)
})
