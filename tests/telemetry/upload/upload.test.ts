import { existsSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AnonymizedExport } from '../../../contracts/index.ts'
import { systemFiles } from '../../../telemetry/buffer/files.ts'
import { layout } from '../../../telemetry/buffer/layout.ts'
import { acquireLock } from '../../../telemetry/buffer/lock.ts'
import { enforceRetention } from '../../../telemetry/buffer/retention.ts'
import { readBufferStatus } from '../../../telemetry/buffer/status.ts'
import { leaveOpenSegment, newFolder, open } from '../buffer/support.ts'
import { makeSample } from '../support/samples.ts'
import { fill, jobNames, ScriptedSink, start } from './support.ts'

const line = (job: string, fields = {}) => `${JSON.stringify(makeSample(job, fields))}\n`

/** Retention leaves 16 KB. */
async function dropOldest(dir: string): Promise<void> {
  await enforceRetention(systemFiles, dir, { max_bytes: 16_384, max_age_ms: 1e12, reserve_bytes: 0 }, Date.now())
}

/** A folder from which retention took a batch of one that was on its way, and some of the hundred samples after it. */
async function loseWhatIsOnItsWay(): Promise<string> {
  const dir = newFolder()
  const stalled = new ScriptedSink()
  stalled.stalls = true
  await fill(dir, ['before'])
  const { uploader } = start(dir, [stalled])
  await uploader.flush(100)
  await uploader.close(0)
  await fill(dir, jobNames(100))
  await dropOldest(dir)
  return dir
}

describe('sending', () => {
  it('a folder that is not there is left so', async () => {
    const dir = newFolder()
    const { uploader } = start(dir, [new ScriptedSink()])
    expect(await uploader.flush(60_000)).toBe(true)
    await uploader.close(100)
    expect(existsSync(dir)).toBe(false)
  })

  it('takes everything, in batches, oldest first, across segments', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(35))
    const sink = new ScriptedSink()
    const { uploader } = start(dir, [sink])
    expect(await uploader.flush(60_000)).toBe(true)
    expect(sink.jobs().map((batch) => batch.length)).toEqual([10, 10, 10, 5])
    expect(sink.jobs().flat()).toEqual(jobNames(35))
    expect(uploader.counts().test).toMatchObject({ sent: 35, waiting: 0, dropped: {} })
    await uploader.close(0)
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject({ sent: 35, waiting: 0, dropped: {} })
  })

  it('sends without a flush: a batch that is not full after its interval, a full one at once', async () => {
    const dir = newFolder()
    const [eager, patient] = [new ScriptedSink(), new ScriptedSink()]
    patient.name = 'patient'
    patient.interval_ms = 60_000
    const { uploader } = start(dir, [eager, patient])
    const { buffer } = open(dir)
    for (const job of jobNames(14)) buffer.append(makeSample(job))
    await expect.poll(() => eager.jobs().flat().length).toBe(14)
    await expect.poll(() => patient.jobs().flat().length).toBe(10)
    await buffer.close(60_000)
    await uploader.close(0)
  })

  it('works off a backlog in the background, and knows how much is left', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(45))
    const sink = new ScriptedSink()
    sink.interval_ms = 50
    const { uploader } = start(dir, [sink])
    const seen = new Set<number>()
    await expect
      .poll(
        () => {
          const { sent, waiting } = uploader.counts().test!
          if (sent > 0) seen.add(sent + waiting)
          return sent
        },
        { interval: 5 },
      )
      .toBe(45)
    expect([...seen]).toEqual([45])
    expect(sink.jobs().flat()).toEqual(jobNames(45))
    await uploader.close(0)
  })

  it('a process that starts with nothing to send knows what was sent before', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(3))
    const first = start(dir, [new ScriptedSink()])
    await first.uploader.flush(60_000)
    await first.uploader.close(0)
    for (const name of readdirSync(dir)) if (name.endsWith('.jsonl')) unlinkSync(join(dir, name))
    const next = start(dir, [new ScriptedSink()])
    expect(await next.uploader.flush(60_000)).toBe(true)
    expect(next.uploader.counts().test).toMatchObject({ sent: 3, waiting: 0 })
    await next.uploader.close(0)
  })

  it('goes on where it stopped, and sends nothing twice', async () => {
    const dir = newFolder()
    const sink = new ScriptedSink()
    for (const prefix of ['a', 'b', 'c']) {
      await fill(dir, jobNames(7, prefix))
      const { uploader } = start(dir, [sink])
      await uploader.flush(60_000)
      await uploader.close(0)
    }
    expect(sink.jobs().flat()).toEqual([...jobNames(7, 'a'), ...jobNames(7, 'b'), ...jobNames(7, 'c')])
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject({ sent: 21, waiting: 0 })
  })

  it('keeps sinks apart: one that stalls holds up no other', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(5))
    const [sound, stalled] = [new ScriptedSink(), new ScriptedSink()]
    stalled.name = 'stalled'
    stalled.stalls = true
    const { uploader } = start(dir, [stalled, sound])
    expect(await uploader.flush(2000)).toBe(false)
    expect(sound.jobs().flat()).toEqual(jobNames(5))
    await uploader.close(0)
    expect((await readBufferStatus(dir)).sinks).toMatchObject({
      stalled: { sent: 0, waiting: 5 },
      test: { sent: 5, waiting: 0 },
    })
  })

  it('of two processes sends each sample from one', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(100))
    const [one, other] = [new ScriptedSink(), new ScriptedSink()]
    const uploaders = [start(dir, [one]).uploader, start(dir, [other]).uploader]
    await Promise.all(uploaders.map((uploader) => uploader.flush(60_000)))
    expect([...one.jobs().flat(), ...other.jobs().flat()].sort()).toEqual(jobNames(100).sort())
    await Promise.all(uploaders.map((uploader) => uploader.close(0)))
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject({ sent: 100, waiting: 0 })
  })
})

describe('what may be sent', () => {
  it('nothing from before the opt-in', async () => {
    const dir = newFolder()
    leaveOpenSegment(dir, line('old', { ts: '2026-01-01T00:00:00Z' }) + line('new', { ts: '2026-03-01T00:00:00Z' }))
    const sink = new ScriptedSink()
    const { uploader } = start(dir, [sink], { since: '2026-02-01T00:00:00.000Z' })
    await uploader.flush(60_000)
    await uploader.close(0)
    expect(sink.jobs().flat()).toEqual(['new'])
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject({
      sent: 1,
      waiting: 0,
      dropped: { before_opt_in: 1 },
    })
  })

  it('nothing that breaks the contract, and nothing unreadable, which is kept', async () => {
    const dir = newFolder()
    const id = leaveOpenSegment(dir, `${line('a')}${line('b', { prompt: 'canary' })}garbage\n${line('c')}{"ts":"20`)
    const sink = new ScriptedSink()
    const { uploader } = start(dir, [sink])
    await uploader.flush(60_000)
    await uploader.close(0)
    expect(sink.jobs().flat()).toEqual(['a', 'c'])
    expect(JSON.stringify(sink.batches)).not.toContain('canary')
    const counts = { sent: 2, waiting: 0, dropped: { invalid: 1, unreadable: 2 } }
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject(counts)
    const kept = readdirSync(join(dir, 'unreadable')).map((name) => readFileSync(join(dir, 'unreadable', name), 'utf8'))
    expect(kept.sort()).toEqual(['garbage\n', '{"ts":"20'])
    expect(readdirSync(join(dir, 'unreadable')).every((name) => name.startsWith(id))).toBe(true)
  })

  it('keeps only so much of what is unreadable, and counts all of it', async () => {
    const dir = newFolder()
    leaveOpenSegment(dir, Array.from({ length: 100 }, () => `${'x'.repeat(40_000)}\n`).join(''))
    const { uploader } = start(dir, [new ScriptedSink()])
    await uploader.flush(60_000)
    await uploader.close(0)
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject({ waiting: 0, dropped: { unreadable: 100 } })
    const sizes = readdirSync(join(dir, 'unreadable')).map((name) => statSync(join(dir, 'unreadable', name)).size)
    expect(sizes).toHaveLength(64)
    expect(Math.max(...sizes)).toBe(16_384)
  })

  it('records that a damaged segment no longer holds are counted, not waited for', async () => {
    const dir = newFolder()
    const id = leaveOpenSegment(dir, '')
    writeFileSync(join(dir, `${id}.n5.jsonl`), line('a') + line('b'))
    unlinkSync(join(dir, `${id}.open.jsonl`))
    const { uploader } = start(dir, [new ScriptedSink()])
    expect(await uploader.flush(60_000)).toBe(true)
    await uploader.close(0)
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject({ sent: 2, waiting: 0, dropped: { unreadable: 3 } })
  })

  it('an export is anonymised, checked, and shuffled', async () => {
    const dir = newFolder()
    const jobs = jobNames(10)
    leaveOpenSegment(dir, jobs.map((job) => line(job, { tenant_id: 'acme' })).join(''))
    const sink = new ScriptedSink()
    sink.form = 'export'
    const { uploader } = start(dir, [sink])
    await uploader.flush(60_000)
    await uploader.close(0)
    const samples = sink.batches[0]!.lines.map((text) => AnonymizedExport.parse(JSON.parse(text)))
    expect(samples).toHaveLength(10)
    expect(JSON.stringify(samples)).not.toMatch(/acme|job-|12:00/)
    expect(samples.map(({ job_id }) => job_id)).toEqual(samples.map(({ job_id }) => job_id).sort())
  })

  it.each([
    [false, 'acme'],
    [true, /^anon:[0-9a-f]{32}$/],
  ])('tenants of events are anonymised if that is set (%s)', async (anonymize_tenants, expected) => {
    const dir = newFolder()
    leaveOpenSegment(dir, line('a', { tenant_id: 'acme' }))
    const sink = new ScriptedSink()
    const { uploader } = start(dir, [sink], { anonymize_tenants })
    await uploader.flush(60_000)
    await uploader.close(0)
    expect((JSON.parse(sink.batches[0]!.lines[0]!) as { tenant_id: string }).tenant_id).toMatch(expected)
  })
})

describe('a sink that does not accept a batch', () => {
  it('gets the very same one again, under the same key, also from the next process', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(4))
    const failing = new ScriptedSink()
    failing.answers.push({ kind: 'retry', why: 'down' })
    const first = start(dir, [failing], {}, { random: () => 1 })
    expect(await first.uploader.flush(200)).toBe(false)
    await first.uploader.close(0)
    await fill(dir, jobNames(4, 'later'))
    const sound = new ScriptedSink()
    const next = start(dir, [sound])
    await next.uploader.flush(60_000)
    await next.uploader.close(0)
    expect(sound.jobs()[0]).toEqual(jobNames(4))
    expect(sound.batches[0]!.idempotency_key).toBe(failing.batches[0]!.idempotency_key)
    expect(sound.jobs().flat()).toEqual([...jobNames(4), ...jobNames(4, 'later')])
    expect(first.warnings).toEqual([
      'telemetry sink test: down. Samples wait in the buffer and are sent when that is possible.',
    ])
  })

  it('refuses it for good: dropped, counted, said once', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(25))
    const sink = new ScriptedSink()
    sink.answers.push({ kind: 'refused', why: 'status 400' }, { kind: 'refused', why: 'status 400' })
    const { uploader, warnings } = start(dir, [sink])
    expect(await uploader.flush(60_000)).toBe(true)
    await uploader.close(0)
    const counts = { sent: 5, waiting: 0, dropped: { refused_by_sink: 20 } }
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject(counts)
    expect(warnings).toEqual([
      'telemetry sink test: status 400. The samples were dropped and counted as refused_by_sink.',
    ])
  })

  it('finds it too large: halved, until a single one is refused', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(8))
    const sink = new ScriptedSink()
    const tooLarge = { kind: 'split', why: 'status 413' } as const
    sink.answers.push(tooLarge, tooLarge, tooLarge, tooLarge)
    const { uploader } = start(dir, [sink])
    expect(await uploader.flush(60_000)).toBe(true)
    await uploader.close(0)
    expect(sink.jobs().map((batch) => batch.length)).toEqual([8, 4, 2, 1, 1, 2, 4])
    const counts = { sent: 7, waiting: 0, dropped: { refused_by_sink: 1 } }
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject(counts)
  })

  it('that throws is tried again', async () => {
    const dir = newFolder()
    await fill(dir, ['a'])
    const sink = new ScriptedSink()
    sink.answers.push(new Error('bug'))
    const { uploader } = start(dir, [sink])
    expect(await uploader.flush(60_000)).toBe(true)
    await uploader.close(0)
    expect(sink.jobs()).toEqual([['a'], ['a']])
  })

  it('that refuses the token loses nothing, and the trouble is told again each day', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(3))
    const sink = new ScriptedSink()
    let refuses = true
    sink.send = async (batch) => {
      sink.batches.push(batch)
      return refuses ? { kind: 'retry', why: 'status 401' } : { kind: 'accepted' }
    }
    let now = 0
    const { uploader, warnings } = start(dir, [sink], {}, { clock: { wall: Date.now, monotonic: () => now } })
    await expect.poll(() => ++now && sink.batches.length).toBeGreaterThan(3)
    expect(warnings).toHaveLength(1)
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject({ sent: 0, waiting: 3, dropped: {} })
    now += 86_400_000
    await expect.poll(() => warnings.length).toBe(2)
    expect(warnings[1]).toBe(warnings[0])
    refuses = false
    await expect.poll(async () => (await readBufferStatus(dir)).sinks.test).toMatchObject({ sent: 3, waiting: 0 })
    await uploader.close(0)
  })

  it('that asked for time gets it', async () => {
    const dir = newFolder()
    await fill(dir, ['a'])
    const sink = new ScriptedSink()
    sink.answers.push({ kind: 'retry', why: 'busy', after_ms: 700 })
    const { uploader } = start(dir, [sink])
    const from = performance.now()
    expect(await uploader.flush(60_000)).toBe(true)
    expect(performance.now() - from).toBeGreaterThan(690)
    await uploader.close(0)
  })

  it('loses the oldest to retention, which counts them, and gets the rest', async () => {
    const dir = await loseWhatIsOnItsWay()
    const { waiting, dropped } = (await readBufferStatus(dir)).sinks.test!
    expect(waiting + dropped.retention_bytes!).toBe(101)
    const sound = new ScriptedSink()
    const next = start(dir, [sound])
    await next.uploader.flush(60_000)
    await next.uploader.close(0)
    expect(sound.jobs().flat()).toEqual(jobNames(100).slice(-waiting))
    expect((await readBufferStatus(dir)).sinks.test).toMatchObject({ sent: waiting, waiting: 0, dropped })
  })

  it('loses to retention the batch that was on its way, and gets the rest without being asked', async () => {
    const dir = await loseWhatIsOnItsWay()
    const { waiting } = (await readBufferStatus(dir)).sinks.test!
    const sound = new ScriptedSink()
    const next = start(dir, [sound])
    await expect.poll(() => sound.jobs().flat()).toEqual(jobNames(100).slice(-waiting))
    await next.uploader.close(0)
  })

  it.each([
    ['arrives all the same', { kind: 'accepted' }, 1, {}],
    ['is refused', { kind: 'refused', why: 'status 400' }, 0, { refused_by_sink: 1 }],
  ] as const)('loses to retention a batch while it is sent, which %s: counted once', async (_, answer, sent, refused) => {
    const dir = newFolder()
    await fill(dir, ['first'])
    const sink = new ScriptedSink()
    sink.send = async (batch) => {
      sink.batches.push(batch)
      if (sink.batches.length > 1) return { kind: 'accepted' }
      await fill(dir, jobNames(100))
      await dropOldest(dir)
      expect((await readBufferStatus(dir)).sinks.test!.dropped.retention_bytes).toBeGreaterThan(1)
      return answer
    }
    const { uploader } = start(dir, [sink])
    await uploader.flush(60_000)
    await uploader.close(0)
    const { dropped, ...counts } = (await readBufferStatus(dir)).sinks.test!
    const removed = 101 - 1 - sink.jobs().slice(1).flat().length
    expect(dropped).toEqual({ ...refused, retention_bytes: removed })
    expect(counts).toMatchObject({ sent: sent + sink.jobs().slice(1).flat().length, waiting: 0 })
  })

  it('that is the first one did not miss what retention removed before', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(100))
    await dropOldest(dir)
    const before = (await readBufferStatus(dir)).dropped
    expect(before.retention_bytes).toBeGreaterThan(0)
    const sink = new ScriptedSink()
    const { uploader } = start(dir, [sink])
    expect(await uploader.flush(60_000)).toBe(true)
    await uploader.close(0)
    const { dropped, sinks } = await readBufferStatus(dir)
    expect(dropped).toEqual(before)
    expect(sinks.test).toMatchObject({ sent: 100 - before.retention_bytes!, waiting: 0, dropped: {} })
  })

  it('waits while another process changes the state', async () => {
    const dir = newFolder()
    await fill(dir, jobNames(3))
    const lock = await acquireLock(systemFiles, layout.stateLock(dir))
    const sink = new ScriptedSink()
    const { uploader } = start(dir, [sink])
    expect(await uploader.flush(200)).toBe(false)
    expect(sink.jobs()).toEqual([])
    await lock!.release()
    expect(await uploader.flush(60_000)).toBe(true)
    await uploader.close(0)
  })

  it('never keeps a task waiting: append returns at once while it stalls', async () => {
    const dir = newFolder()
    const stalled = new ScriptedSink()
    stalled.stalls = true
    const { uploader } = start(dir, [stalled])
    const { buffer } = open(dir, { segment_bytes: 4096, max_bytes: 16_384 })
    for (const job of jobNames(200)) buffer.append(makeSample(job))
    await expect.poll(() => stalled.batches.length).toBe(1)
    for (const job of jobNames(200, 'more')) buffer.append(makeSample(job))
    await buffer.close(60_000)
    expect(buffer.counts()).toMatchObject({ recorded: 400, written: 400 })
    await uploader.close(0)
    const { sent, waiting, dropped } = (await readBufferStatus(dir)).sinks.test!
    const { dropped: before } = await readBufferStatus(dir)
    expect(sent + waiting + (dropped.retention_bytes ?? 0) + (before.retention_bytes ?? 0)).toBe(400)
  })
})

it('a state that orch did not write is not replaced', async () => {
  const dir = newFolder()
  await fill(dir, ['a'])
  writeFileSync(layout.state(dir), '{"sent":"many"}')
  const sink = new ScriptedSink()
  const { uploader, warnings } = start(dir, [sink], {}, { random: () => 1 })
  expect(await uploader.flush(200)).toBe(false)
  await uploader.close(0)
  expect(sink.batches).toEqual([])
  expect(readFileSync(layout.state(dir), 'utf8')).toBe('{"sent":"many"}')
  expect(warnings).toEqual([
    `telemetry sink test: ${dir}/state.json: expected what was sent of the buffer, found a file that orch did not write. Delete it to send everything in the buffer again (receivers can recognise repetitions by job_id). Samples wait in the buffer and are sent when that is possible.`,
  ])
})
