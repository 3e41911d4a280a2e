import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { followBuffer, readBuffer, readEndPosition } from '../../../telemetry/buffer/read_buffer.ts'
import { makeSample } from '../support/samples.ts'
import { leaveOpenSegment, newFolder, open, readAll } from './support.ts'

const line = (job: string) => `${JSON.stringify(makeSample(job))}\n`

it('a folder that is not there holds nothing', async () => {
  expect(await readAll(newFolder())).toEqual([])
})

it('distinguishes samples from other bytes, and goes on after them', async () => {
  const dir = newFolder()
  const text = [
    line('a'),
    'not json\n',
    '{"prompt":"hello"}\n',
    `${'x'.repeat(100_000)}\n`,
    '\u0000\u0000\n',
    line('b'),
  ].join('')
  leaveOpenSegment(dir, `${text}{"ts":"2026-`)
  const records = await readAll(dir)
  expect(records.map((record) => (record.kind === 'sample' ? record.event.job_id : record.why))).toEqual([
    'a',
    'not a JSON text',
    'breaks the contract at $.ts: expected a string',
    'longer than any record',
    'not a JSON text',
    'b',
    'torn: its writer was killed',
  ])
  const offsets = records.map(({ offset }) => offset)
  expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
})

it('never shows a value that breaks the contract', async () => {
  const dir = newFolder()
  leaveOpenSegment(dir, `${JSON.stringify({ ...makeSample('a'), prompt: 'canary-4711' })}\n`)
  expect(JSON.stringify(await readAll(dir))).not.toContain('canary')
})

it('takes the end of a segment that its writer is still at for unfinished, not for torn', async () => {
  const dir = newFolder()
  const { buffer } = open(dir)
  buffer.append(makeSample('a'))
  await buffer.sync(5000)
  const [record] = await readAll(dir)
  appendFileSync(join(dir, `${record!.segment}.open.jsonl`), '{"ts":')
  expect(await readAll(dir)).toHaveLength(1)
  await buffer.close(60_000)
})

it('goes on where it stopped', async () => {
  const dir = newFolder()
  leaveOpenSegment(dir, line('a') + line('b'))
  const from = await readEndPosition(dir)
  leaveOpenSegment(dir, line('c'), { sequence: 2 })
  const jobs: string[] = []
  for await (const record of readBuffer(dir, { from })) if (record.kind === 'sample') jobs.push(record.event.job_id)
  expect(jobs).toEqual(['c'])
})

it('follows new records, through new segments, until it is stopped', async () => {
  const dir = newFolder()
  const { buffer } = open(dir, { segment_bytes: 4096 })
  const stop = new AbortController()
  const jobs: string[] = []
  const following = (async () => {
    for await (const record of followBuffer(dir, stop.signal)) {
      if (record.kind === 'sample') jobs.push(record.event.job_id)
      if (jobs.length === 40) stop.abort()
    }
  })()
  for (let at = 0; at < 40; at += 1) {
    buffer.append(makeSample(`job-${at}`))
    if (at % 10 === 0) await buffer.sync(5000)
  }
  await following
  await buffer.close(60_000)
  expect(jobs).toEqual(Array.from({ length: 40 }, (_, at) => `job-${at}`))
})
