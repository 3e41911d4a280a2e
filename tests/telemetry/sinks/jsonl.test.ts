import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { JsonlSinkConfig } from '../../../telemetry/config/schema.ts'
import { createJsonlSink } from '../../../telemetry/sinks/jsonl.ts'
import { makeFolder } from '../support/run_orch.ts'
import { makeSample } from '../support/samples.ts'

const never = new AbortController().signal
const text = (job: string) => JSON.stringify(makeSample(job))
const batchOf = (...jobs: string[]) => ({ idempotency_key: 'k', lines: jobs.map(text) })
const contentOf = (...jobs: string[]) => jobs.map((job) => `${text(job)}\n`).join('')

function makeSink(path: string, config: Partial<JsonlSinkConfig> = {}) {
  return createJsonlSink(JsonlSinkConfig.parse({ path, ...config }))
}

it('appends samples, one per line, in a file for its owner alone', async () => {
  const path = join(makeFolder(), 'new', 'samples.jsonl')
  const sink = makeSink(path)
  expect(await sink.send(batchOf('a', 'b'), never)).toEqual({ kind: 'accepted' })
  expect(await sink.send(batchOf('c'), never)).toEqual({ kind: 'accepted' })
  expect(readFileSync(path, 'utf8')).toBe(contentOf('a', 'b', 'c'))
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('creates nothing before there is a sample', async () => {
  const path = join(makeFolder(), 'samples.jsonl')
  await makeSink(path).close()
  expect(existsSync(path)).toBe(false)
})

it('rotates before a batch that would make the file too large, and keeps so many', async () => {
  const path = join(makeFolder(), 'samples.jsonl')
  const jobs = Array.from({ length: 10 }, (_, at) => `job-${at}`)
  const sink = makeSink(path, { max_bytes: 4096, keep: 2 })
  for (let at = 0; at < 4; at += 1) await sink.send(batchOf(...jobs.map((job) => `${at}-${job}`)), never)
  const contentAt = (at: number) => contentOf(...jobs.map((job) => `${at}-${job}`))
  expect(readFileSync(path, 'utf8')).toBe(contentAt(3))
  expect(readFileSync(`${path}.1`, 'utf8')).toBe(contentAt(2))
  expect(readFileSync(`${path}.2`, 'utf8')).toBe(contentAt(1))
  expect(existsSync(`${path}.3`)).toBe(false)
})

it('without old files to keep begins anew', async () => {
  const path = join(makeFolder(), 'samples.jsonl')
  const sink = makeSink(path, { max_bytes: 4096, keep: 0 })
  const jobs = Array.from({ length: 10 }, (_, at) => `job-${at}`)
  await sink.send(batchOf(...jobs), never)
  await sink.send(batchOf('last'), never)
  await sink.send(batchOf(...jobs), never)
  expect(readFileSync(path, 'utf8').length).toBeLessThanOrEqual(4096)
  expect(existsSync(`${path}.1`)).toBe(false)
})

it('goes on if someone moved the file away', async () => {
  const path = join(makeFolder(), 'samples.jsonl')
  const sink = makeSink(path)
  await sink.send(batchOf('a'), never)
  renameSync(path, `${path}.moved`)
  await sink.send(batchOf('b'), never)
  expect(readFileSync(path, 'utf8')).toBe(contentOf('b'))
})

it('what a killed process left of a line does not run together with the next sample', async () => {
  const path = join(makeFolder(), 'samples.jsonl')
  writeFileSync(path, `${contentOf('a')}${text('torn').slice(0, 100)}`)
  await makeSink(path).send(batchOf('b'), never)
  expect(readFileSync(path, 'utf8')).toBe(contentOf('a', 'b'))
})

it('a file that ends in something else is left as it is', async () => {
  const path = join(makeFolder(), 'samples.jsonl')
  writeFileSync(path, 'x'.repeat(20_000))
  expect(await makeSink(path).send(batchOf('b'), never)).toEqual({
    kind: 'retry',
    why: `${path}: expected to append samples, found a file whose last line is longer than any sample: move it elsewhere`,
  })
  expect(readFileSync(path, 'utf8')).toBe('x'.repeat(20_000))
})

it('a path that cannot be written is said, and tried again', async () => {
  const path = join(makeFolder(), 'samples.jsonl')
  mkdirSync(path)
  expect(await makeSink(path).send(batchOf('a'), never)).toEqual({
    kind: 'retry',
    why: `${path}: expected to append samples, found EISDIR`,
  })
})
