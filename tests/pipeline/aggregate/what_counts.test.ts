import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AnonymizedExport, CellRow } from '../../../contracts/index.ts'
import { build } from '../../../pipeline/build/build.ts'
import { exportLine } from '../../bench/generate.ts'
import { createRandom } from '../../bench/random.ts'
import { addSmallCatalogue } from '../../support/small_catalogue.ts'

/** Which samples a figure is made of: whole builds of one sample, thresholds off. */

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'what-counts-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const whole: Partial<AnonymizedExport> = {
  exit: 'ok',
  tokens_in: 1000,
  tokens_out: 101,
  first_token_ms: 200,
  decode_time_ms: 2000,
  measurement_type: 'single_stream',
  concurrency: 1,
}

async function cellOf(changes: Partial<AnonymizedExport>): Promise<CellRow> {
  const dataDir = join(folder, 'data')
  const month = join(dataDir, 'exports', 'someone', '2026-10')
  mkdirSync(month, { recursive: true })
  addSmallCatalogue(dataDir)
  cpSync('data/policy.json', join(dataDir, 'policy.json'))
  const sample = { ...JSON.parse(exportLine(createRandom(3), 3, '2026-10')), ...whole, ...changes }
  writeFileSync(join(month, 'one.jsonl'), `${JSON.stringify(sample)}\n`)
  await build({ dataDir, outDir: join(folder, 'out'), audience: 'private' })
  const rows = tableFromIPC(readFileSync(join(folder, 'out', 'cells.arrow'))).toArray()
  expect(rows).toHaveLength(1)
  return rows[0]!.toJSON() as CellRow
}

/** How many samples stand behind each metric. */
function counts(cell: CellRow) {
  return {
    decode: cell.decode_tps_n ?? 0,
    ttft: cell.ttft_ms_n ?? 0,
    prefill: cell.prefill_tps_n ?? 0,
    e2e: cell.e2e_tps_n ?? 0,
  }
}

test('a whole sample counts in every metric', async () => {
  const cell = await cellOf({})
  expect(cell.prompt_bucket).toBe('le2k')
  expect(counts(cell)).toEqual({ decode: 1, ttft: 1, prefill: 1, e2e: 1 })
})

test('an answer in one piece has no first token to speak of, unless the engine timed it', async () => {
  expect(counts(await cellOf({ streamed: false, timing_source: 'gateway' }))).toMatchObject({
    ttft: 0,
    prefill: 0,
    e2e: 1,
  })
  expect(counts(await cellOf({ streamed: false, timing_source: 'engine' }))).toMatchObject({
    ttft: 1,
    prefill: 1,
    e2e: 1,
  })
})

test('a cold start has a first token, but not that of a loaded model', async () => {
  expect(counts(await cellOf({ cold_start: true }))).toEqual({ decode: 1, ttft: 0, prefill: 0, e2e: 1 })
})

test('counted deltas give no speed', async () => {
  expect(counts(await cellOf({ tokens_estimated: true }))).toEqual({ decode: 0, ttft: 1, prefill: 1, e2e: 0 })
})

test.each<[string, Partial<AnonymizedExport>, object]>([
  ['a piece for each token but the last', { pieces: 100 }, { decode: 1, ttft: 1, prefill: 1, e2e: 1 }],
  [
    'three tokens a piece, and little time before the first',
    { pieces: 34, first_token_ms: 100 },
    { decode: 1, ttft: 0, prefill: 0, e2e: 1 },
  ],
  [
    'half of the tokens hidden before the first piece',
    { pieces: 51, first_token_ms: 2000 },
    { decode: 0, ttft: 1, prefill: 1, e2e: 1 },
  ],
  ['most tokens hidden', { pieces: 20, first_token_ms: 8000 }, { decode: 0, ttft: 0, prefill: 0, e2e: 1 }],
  ['more pieces than tokens', { pieces: 400 }, { decode: 0, ttft: 0, prefill: 0, e2e: 1 }],
  [
    'one piece that the engine timed',
    { pieces: 1, streamed: false, timing_source: 'engine' },
    { decode: 1, ttft: 1, prefill: 1, e2e: 1 },
  ],
  [
    'several sequences in one answer',
    { pieces: 100, measurement_type: 'batched_offline', concurrency: 4 },
    { decode: 0, ttft: 1, prefill: 0, e2e: 0 },
  ],
])('pieces: %s', async (_, changes, expected) => {
  expect(counts(await cellOf(changes))).toEqual(expected)
})

test('a task that ended before its prompt was counted belongs to no prompt size', async () => {
  const cell = await cellOf({ exit: 'reject', tokens_in: 0, tokens_out: 0, first_token_ms: null, decode_time_ms: null })
  expect(cell.prompt_bucket).toBe('unknown')
  expect(cell.reject_rate).toBe(1)
})
