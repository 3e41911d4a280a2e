import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Files, replaceFile, systemFiles } from '../../../telemetry/buffer/files.ts'
import { readBufferStatus } from '../../../telemetry/buffer/status.ts'
import { makeSample, makeSamples } from '../support/samples.ts'
import { diskError, listSegmentFiles, newFolder, open, readAll, readJobs } from './support.ts'

/** A disk whose writes to segments do what `next` says: take so many bytes at most, or fail with a code. */
function scriptWrites(
  next: () => number | string | undefined | Promise<string>,
  truncates: () => boolean = () => true,
): Files {
  const openFile: Files['open'] = async (path, flags, mode) => {
    const handle = await systemFiles.open(path, flags, mode)
    return String(path).endsWith('.jsonl') && flags === 'ax' ? scriptHandle(handle, next, truncates) : handle
  }
  return { ...systemFiles, open: openFile }
}

function scriptHandle(
  handle: FileHandle,
  next: () => number | string | undefined | Promise<string>,
  truncates: () => boolean,
): FileHandle {
  const write = async (bytes: Buffer, offset: number, length: number): Promise<{ bytesWritten: number }> => {
    const step = await next()
    if (typeof step === 'string') throw diskError(step)
    return handle.write(bytes, offset, Math.min(length, step ?? length), null)
  }
  const truncate = (length?: number) => (truncates() ? handle.truncate(length) : Promise.reject(diskError('EIO')))
  const own: Record<PropertyKey, unknown> = { write, truncate }
  return new Proxy(handle, {
    get: (target, key) => {
      const value = own[key] ?? (Reflect.get(target, key, target) as unknown)
      return typeof value === 'function' && !(key in own) ? value.bind(target) : value
    },
  })
}

describe('a full disk', () => {
  it('keeps samples in memory, says so once, and writes them when there is room again', async () => {
    const dir = newFolder()
    let full = true
    const { buffer, warnings } = open(dir, {}, { files: scriptWrites(() => (full ? 'ENOSPC' : undefined)) })
    for (const sample of makeSamples(10)) buffer.append(sample)
    await expect.poll(() => warnings.length).toBe(1)
    expect(buffer.counts()).toEqual({ recorded: 10, written: 0, pending: 10, dropped: {} })
    full = false
    await buffer.close(60_000)
    expect(buffer.counts()).toEqual({ recorded: 10, written: 10, pending: 0, dropped: {} })
    expect(await readJobs(dir)).toHaveLength(10)
    expect(warnings).toEqual([
      `telemetry buffer ${dir}: expected to write samples, found a full disk (ENOSPC). Up to 20,000 samples are held in memory, then the oldest are dropped and counted; tasks are not affected. Free space, or set telemetry.buffer.dir to a folder elsewhere.`,
    ])
  })

  it('drops the oldest when the memory is full too, and remembers how many', async () => {
    const dir = newFolder()
    let full = true
    const { buffer, warnings } = open(
      dir,
      { max_pending: 20 },
      { files: scriptWrites(() => (full ? 'ENOSPC' : undefined)) },
    )
    buffer.append(makeSample('first'))
    await expect.poll(() => warnings.length).toBe(1)
    for (const sample of makeSamples(30)) buffer.append(sample)
    expect(buffer.counts()).toEqual({ recorded: 31, written: 0, pending: 20, dropped: { disk_full: 11 } })
    full = false
    await buffer.close(60_000)
    expect(await readJobs(dir)).toEqual(
      makeSamples(30)
        .slice(10)
        .map(({ job_id }) => job_id),
    )
    expect((await readBufferStatus(dir)).dropped).toEqual({ disk_full: 11 })
  })

  it('a closing process counts what it could not write', async () => {
    const dir = newFolder()
    const { buffer, warnings } = open(dir, {}, { files: scriptWrites(() => 'ENOSPC') })
    for (const sample of makeSamples(5)) buffer.append(sample)
    await expect.poll(() => warnings.length).toBe(1)
    await buffer.close(100)
    expect(buffer.counts()).toEqual({ recorded: 5, written: 0, pending: 0, dropped: { disk_full: 5 } })
    expect((await readBufferStatus(dir)).dropped).toEqual({ disk_full: 5 })
    expect(listSegmentFiles(dir)).toEqual([])
  })

  it('a closing process counts what a write that outlasts the deadline could not write', async () => {
    const dir = newFolder()
    let refuse: (code: string) => void = () => {}
    const { buffer, warnings } = open(
      dir,
      {},
      { files: scriptWrites(() => new Promise((resolve) => (refuse = resolve))) },
    )
    for (const sample of makeSamples(5)) buffer.append(sample)
    const closed = buffer.close(20)
    setTimeout(() => refuse('ENOSPC'), 200)
    await closed
    expect(warnings).toHaveLength(1)
    expect(buffer.counts()).toEqual({ recorded: 5, written: 0, pending: 0, dropped: { disk_full: 5 } })
    expect((await readBufferStatus(dir)).dropped).toEqual({ disk_full: 5 })
  })
})

it.each([
  ['EROFS', 'a read-only file system (EROFS)'],
  ['EACCES', 'a folder that may not be written (EACCES)'],
])('a folder that cannot be made (%s) is said once, and tasks go on', async (code, found) => {
  const dir = newFolder()
  const files = { ...systemFiles, mkdir: (() => Promise.reject(diskError(code))) as unknown as Files['mkdir'] }
  const { buffer, warnings } = open(dir, { max_pending: 3 }, { files })
  for (const sample of makeSamples(2)) buffer.append(sample)
  await expect.poll(() => warnings.length).toBe(1)
  for (const sample of makeSamples(8)) buffer.append(sample)
  await buffer.close(100)
  expect(buffer.counts()).toEqual({ recorded: 10, written: 0, pending: 0, dropped: { disk_error: 10 } })
  expect(warnings).toEqual([
    `telemetry buffer ${dir}: expected to write samples, found ${found}. Up to 3 samples are held in memory, then the oldest are dropped and counted; tasks are not affected. Make the folder writable, or set telemetry.buffer.dir to a folder that is.`,
  ])
})

it('a file where the folder should be is left as it is', async () => {
  const dir = newFolder()
  mkdirSync(dirname(dir), { recursive: true })
  writeFileSync(dir, 'mine')
  const { buffer, warnings } = open(dir)
  buffer.append(makeSample('a'))
  await expect.poll(() => warnings.length).toBe(1)
  await buffer.close(50)
  expect(buffer.counts().dropped).toEqual({ disk_error: 1 })
  expect(warnings[0]).toContain('found a file where a folder should be (EEXIST)')
  expect(readFileSync(dir, 'utf8')).toBe('mine')
})

it('a write that stops half way spoils no record, even if it cannot be taken back', async () => {
  for (const truncates of [true, false]) {
    const dir = newFolder()
    const steps: (number | string)[] = [700, 'EIO']
    const { buffer } = open(
      dir,
      {},
      {
        files: scriptWrites(
          () => steps.shift(),
          () => truncates,
        ),
      },
    )
    const samples = makeSamples(5)
    for (const sample of samples) buffer.append(sample)
    await buffer.close(60_000)
    expect(buffer.counts()).toEqual({ recorded: 5, written: 5, pending: 0, dropped: {} })
    expect(await readAll(dir)).toMatchObject(samples.map((event) => ({ kind: 'sample', event })))
    expect(listSegmentFiles(dir)).toHaveLength(truncates ? 1 : 2)
  }
})

it('every sample is written once or counted as dropped, whatever the disk does (property)', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 2000 }) },
    { weight: 1, arbitrary: fc.constantFrom('ENOSPC', 'EIO', 'EDQUOT') },
  )
  const run = fc.record({
    steps: fc.array(step, { maxLength: 30 }),
    truncations: fc.array(fc.boolean(), { maxLength: 10 }),
    bursts: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }),
    max_pending: fc.constantFrom(5, 1000),
    fsync_ms: fc.constantFrom(0, 500),
  })
  await fc.assert(
    fc.asyncProperty(run, async ({ steps, truncations, bursts, max_pending, fsync_ms }) => {
      const dir = newFolder()
      const script = [...steps]
      const cuts = [...truncations]
      const files = scriptWrites(
        () => script.shift(),
        () => cuts.shift() ?? true,
      )
      const { buffer } = open(dir, { segment_bytes: 4096, max_pending, fsync_ms }, { files })
      let emitted = 0
      for (const burst of bursts) {
        for (let left = burst; left > 0; left -= 1) buffer.append(makeSample(`job-${emitted++}`))
        await buffer.sync(1)
      }
      await buffer.close(60_000)
      const { recorded, written, pending, dropped } = buffer.counts()
      const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
      expect([recorded, pending]).toEqual([emitted, 0])
      expect(written + lost).toBe(recorded)
      const records = await readAll(dir)
      const jobs = records.flatMap((record) => (record.kind === 'sample' ? [Number(record.event.job_id.slice(4))] : []))
      expect(jobs).toHaveLength(records.length)
      expect(jobs).toEqual([...new Set(jobs)].sort((a, b) => a - b))
      expect(jobs).toHaveLength(written)
      expect((await readBufferStatus(dir)).dropped).toEqual(dropped)
    }),
    { numRuns: 25 },
  )
}, 120_000)

it('opening costs the same however much lies there: no segment is opened', async () => {
  const dir = newFolder()
  for (let at = 0; at < 3; at += 1) {
    const { buffer } = open(dir)
    buffer.append(makeSample(`job-${at}`))
    await buffer.close(60_000)
  }
  const opened: string[] = []
  const files: Files = {
    ...systemFiles,
    open: (path, flags, mode) => {
      if (flags === 'r' && String(path).endsWith('.jsonl')) opened.push(String(path))
      return systemFiles.open(path, flags, mode)
    },
  }
  const { buffer } = open(dir, {}, { files })
  buffer.append(makeSample('new'))
  await buffer.close(60_000)
  expect(opened).toEqual([])
  expect(join(dir, listSegmentFiles(dir).at(-1)!)).toContain('000000000004-')
})

describe('a folder to which others may write', () => {
  it('gets nothing, and is named in the warning', async () => {
    const dir = newFolder()
    mkdirSync(dir, { recursive: true })
    chmodSync(dir, 0o777)
    const { buffer, warnings } = open(dir)
    buffer.append(makeSample('a'))
    await expect.poll(() => warnings.length).toBe(1)
    await buffer.close(0)
    expect(readdirSync(dir)).toEqual([])
    expect(buffer.counts()).toMatchObject({ written: 0, dropped: { disk_error: 1 } })
    expect(warnings[0]).toContain('found a folder that everyone may write to (mode 0777) (EUNSAFE).')
    expect(warnings[0]).toMatch(
      /Give it to this user alone \(chmod 700\), or set telemetry.buffer.dir to a new folder.$/,
    )
  })

  it.runIf(process.getuid?.() === 0)('gets nothing if it is theirs', async () => {
    const dir = newFolder()
    mkdirSync(dir, { recursive: true })
    chownSync(dir, 4711, 4711)
    const { buffer, warnings } = open(dir)
    buffer.append(makeSample('a'))
    await expect.poll(() => warnings.length).toBe(1)
    await buffer.close(0)
    expect(readdirSync(dir)).toEqual([])
    expect(warnings[0]).toContain('found a folder that belongs to user 4711 (EUNSAFE).')
  })
})

it('replaces no file that a link in the place of a temporary one leads to', async () => {
  const folder = newFolder()
  mkdirSync(folder, { recursive: true })
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'precious')
  symlinkSync(victim, join(folder, 'state.json.tmp'))
  await replaceFile(systemFiles, join(folder, 'state.json'), '{}\n')
  expect(readFileSync(victim, 'utf8')).toBe('precious')
  expect(readFileSync(join(folder, 'state.json'), 'utf8')).toBe('{}\n')
})
