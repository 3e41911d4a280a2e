import { type PathLike, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemFiles } from '../../../telemetry/buffer/files.ts'
import { enforceRetention } from '../../../telemetry/buffer/retention.ts'
import { readBufferStatus } from '../../../telemetry/buffer/status.ts'
import { makeSample, makeSamples } from '../support/samples.ts'
import { diskError, leaveOpenSegment, listSegmentFiles, newFolder, open, readJobs } from './support.ts'

const DAY_MS = 86_400_000
const NO_LIMIT = { max_bytes: 1e12, max_age_ms: 1e12, reserve_bytes: 0 }
const line = (job: string) => `${JSON.stringify(makeSample(job))}\n`

describe('by bytes', () => {
  it('the oldest segments are deleted and counted, and the folder never exceeds the limit', async () => {
    const dir = newFolder()
    const { buffer } = open(dir, { segment_bytes: 4096, max_bytes: 32_768 })
    const samples = makeSamples(500)
    for (const sample of samples) {
      buffer.append(sample)
      if (!sample.job_id.endsWith('0')) continue
      await buffer.sync(5000)
      const bytes = listSegmentFiles(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
      expect(bytes).toBeLessThanOrEqual(32_768)
    }
    await buffer.close(60_000)
    const left = await readJobs(dir)
    expect(left).toEqual(samples.slice(-left.length).map(({ job_id }) => job_id))
    const status = await readBufferStatus(dir)
    expect(status.dropped).toEqual({ retention_bytes: 500 - left.length })
  })

  it('a segment smaller than a block counts as one', async () => {
    const dir = newFolder()
    for (let sequence = 1; sequence <= 10; sequence += 1) leaveOpenSegment(dir, line(`job-${sequence}`), { sequence })
    await enforceRetention(systemFiles, dir, { ...NO_LIMIT, max_bytes: 3 * 4096 }, Date.now())
    expect(await readJobs(dir)).toEqual(['job-8', 'job-9', 'job-10'])
  })

  it('what a killed process left is counted when it goes, its torn end as one', async () => {
    const dir = newFolder()
    leaveOpenSegment(dir, `${line('a')}${line('b')}{"ts"`)
    await enforceRetention(systemFiles, dir, { ...NO_LIMIT, max_bytes: 0 }, Date.now())
    expect((await readBufferStatus(dir)).dropped).toEqual({ retention_bytes: 3 })
  })

  it('leaves alone what a living process writes to', async () => {
    const dir = newFolder()
    const { buffer } = open(dir)
    buffer.append(makeSample('a'))
    await buffer.sync(5000)
    await enforceRetention(systemFiles, dir, { ...NO_LIMIT, max_bytes: 0 }, Date.now())
    expect(await readJobs(dir)).toEqual(['a'])
    await buffer.close(60_000)
  })
})

it('two processes that remove at once count each segment once', async () => {
  const dir = newFolder()
  for (let sequence = 1; sequence <= 3; sequence += 1) leaveOpenSegment(dir, line(`job-${sequence}`), { sequence })
  const limits = { ...NO_LIMIT, max_bytes: 2 * 4096 }
  await Promise.all(Array.from({ length: 5 }, () => enforceRetention(systemFiles, dir, limits, Date.now())))
  expect((await readBufferStatus(dir)).dropped).toEqual({ retention_bytes: 1 })
  expect(await readJobs(dir)).toEqual(['job-2', 'job-3'])
})

it('if it fails, samples are recorded all the same, in order', async () => {
  const dir = newFolder()
  for (let sequence = 1; sequence <= 3; sequence += 1) leaveOpenSegment(dir, line(`job-${sequence}`), { sequence })
  const files = { ...systemFiles, link: () => Promise.reject(diskError('EPERM')) }
  const { buffer, warnings } = open(dir, { segment_bytes: 4096, max_bytes: 8192 }, { files })
  buffer.append(makeSample('new'))
  await buffer.close(60_000)
  expect(await readJobs(dir)).toEqual(['job-1', 'job-2', 'job-3', 'new'])
  expect(warnings).toEqual([expect.stringContaining('expected to close and delete segments, found')])
})

describe('by age', () => {
  const keepDays = (days: number) => ({ ...NO_LIMIT, max_age_ms: days * DAY_MS })
  const now = Date.now()

  function leaveAged(dir: string, sequence: number, named_days_ago: number, changed_days_ago: number): void {
    const id = leaveOpenSegment(dir, line(`job-${sequence}`), { sequence, created_ms: now - named_days_ago * DAY_MS })
    const changed = (now - changed_days_ago * DAY_MS) / 1000
    utimesSync(join(dir, `${id}.open.jsonl`), changed, changed)
  }

  it('deletes what was last written before the limit, and nothing else', async () => {
    const dir = newFolder()
    leaveAged(dir, 1, 40, 35)
    leaveAged(dir, 2, 40, 29)
    leaveAged(dir, 3, 1, 1)
    await enforceRetention(systemFiles, dir, keepDays(30), now)
    expect(await readJobs(dir)).toEqual(['job-2', 'job-3'])
    expect((await readBufferStatus(dir)).dropped).toEqual({ retention_age: 1 })
  })

  it('a clock that was set back deletes nothing, and keeps nothing for ever', async () => {
    const dir = newFolder()
    leaveAged(dir, 1, -4000, -4000)
    await enforceRetention(systemFiles, dir, keepDays(30), now)
    expect(await readJobs(dir)).toEqual(['job-1'])
    await enforceRetention(systemFiles, dir, keepDays(30), now + 29 * DAY_MS)
    expect(await readJobs(dir)).toEqual(['job-1'])
    await enforceRetention(systemFiles, dir, keepDays(30), now + 31 * DAY_MS)
    expect(await readJobs(dir)).toEqual([])
  })

  it('a clock that leaps ahead while the process runs deletes nothing', async () => {
    const dir = newFolder()
    let wall = now
    const clock = { wall: () => wall, monotonic: () => performance.now() }
    const { buffer } = open(dir, { segment_bytes: 4096, max_age_days: 30 }, { clock })
    for (let at = 0; at < 60; at += 1) {
      buffer.append(makeSample(`job-${at}`))
      await buffer.sync(5000)
      if (at === 20) wall = now + 4000 * DAY_MS
    }
    await buffer.close(60_000)
    expect(await readJobs(dir)).toHaveLength(60)
  })
})

it.each([
  ['counting', { rename: () => Promise.reject(new Error('killed')) }, 3, {}],
  ['deleting', { unlink: killAtSegments }, 2, { retention_bytes: 1 }],
])('a process that dies before %s changes no sum', async (_, crash, left, dropped) => {
  const dir = newFolder()
  for (let sequence = 1; sequence <= 3; sequence += 1) leaveOpenSegment(dir, line(`job-${sequence}`), { sequence })
  const limits = { ...NO_LIMIT, max_bytes: 2 * 4096 }
  await enforceRetention({ ...systemFiles, ...crash }, dir, limits, Date.now()).catch(() => undefined)
  expect(listSegmentFiles(dir)).toHaveLength(3)
  expect(await readBufferStatus(dir)).toMatchObject({ segments: left, dropped })
  expect(await readJobs(dir)).toHaveLength(left)
  // The next process with something to drop cleans up.
  const { buffer } = open(dir, { segment_bytes: 4096, max_bytes: 8192 })
  buffer.append(makeSample('new'))
  await buffer.close(60_000)
  expect((await readBufferStatus(dir)).dropped).toEqual({ retention_bytes: 2 })
  expect(await readJobs(dir)).toEqual(['job-3', 'new'])
  expect(listSegmentFiles(dir)).toHaveLength(2)
})

function killAtSegments(path: PathLike): Promise<void> {
  return String(path).endsWith('.jsonl') ? Promise.reject(new Error('killed')) : systemFiles.unlink(path)
}
