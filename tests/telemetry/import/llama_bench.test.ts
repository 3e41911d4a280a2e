import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { llamaBench } from '../../../telemetry/import/llama_bench.ts'
import type { ImportOptions } from '../../../telemetry/import/types.ts'
import { callOrch } from '../cli/support/call_orch.ts'
import { llamaBenchRow, toJsonl } from '../support/llama_bench_rows.ts'
import { makeFolder, parseLines, testKeyFile } from '../support/run_orch.ts'

function read(rows: readonly unknown[], options: ImportOptions = {}) {
  return llamaBench.read(
    rows.map((value, index) => ({ file: 'a.jsonl', line: index + 1, value })),
    options,
  )
}

const writeRows = (rows: readonly unknown[]): string => {
  const path = join(makeFolder(), 'a.jsonl')
  writeFileSync(path, toJsonl(rows))
  return path
}

/** The samples that `orch import` makes of rows, under the key of the golden cases or another one. */
async function importRows(rows: readonly unknown[], args: readonly string[] = [], key = testKeyFile()) {
  const { out } = await callOrch(['import', 'llama-bench', writeRows(rows), ...args], { env: { ORCH_KEY_FILE: key } })
  return parseLines(out)
}

const pp = (n_prompt: number, samples_ns: number[], more = {}) => llamaBenchRow({ n_prompt, samples_ns, ...more })
const tg = (n_gen: number, samples_ns: number[], more = {}) => llamaBenchRow({ n_gen, samples_ns, ...more })

describe('pairing', () => {
  it('pairs by rank of nearness to pp512 and tg128, whatever the order of the file', () => {
    const rows = [tg(64, [64]), pp(2048, [2048]), tg(256, [256]), pp(512, [512]), tg(128, [128]), pp(256, [256])]
    const pairs = read(rows).events.map(({ event }) => [event.tokens_in, event.tokens_out])
    expect(pairs).toEqual([
      [512, 128],
      [256, 64],
      [2048, 256],
    ])
  })

  it.each([
    ['build_number', 6098],
    ['model_filename', '/models/other-Q4_0.gguf'],
    ['gpu_info', 'Other GPU'],
    ['n_batch', 1024],
    ['n_ubatch', 256],
    ['n_threads', 8],
    ['type_k', 'q8_0'],
    ['type_v', 'q8_0'],
    ['flash_attn', true],
    ['n_gpu_layers', 98],
    ['n_depth', 4096],
    ['a_setting_of_a_later_version', 1],
  ])('does not pair rows that differ in %s', (key, value) => {
    const { events, problems } = read([pp(512, [1e9]), tg(128, [1e9], { [key]: value })])
    expect(events).toEqual([])
    expect(problems.map(({ kind, place }) => [kind, place.line])).toEqual([
      ['skipped', 1],
      ['skipped', 2],
    ])
  })

  it('uses every repetition at most once and accounts for each (property)', () => {
    const test = fc.record({
      length: fc.constantFrom(1, 64, 128, 512, 4096),
      isPrompt: fc.boolean(),
      repetitions: fc.integer({ min: 0, max: 4 }),
      n_batch: fc.constantFrom(512, 2048),
    })
    fc.assert(
      fc.property(fc.array(test, { maxLength: 12 }), (tests) => {
        let time = 1
        const rows = tests.map(({ length, isPrompt, repetitions, n_batch }) => {
          const samples = Array.from({ length: repetitions }, () => 1e6 * time++)
          return (isPrompt ? pp : tg)(length, samples, { n_batch })
        })
        const { events, problems, units } = read(rows)
        const times = events.flatMap(({ event }) => [event.first_token_ms, event.decode_time_ms])
        expect(new Set(times).size).toBe(2 * events.length)
        const left = problems.reduce((sum, problem) => sum + problem.units, 0)
        expect(2 * events.length + left).toBe(time - 1)
        expect(units).toBe(time - 1)
      }),
    )
  })
})

describe('mapping', () => {
  it('takes times from samples_ns, never from the rates of the tool', () => {
    const rows = [pp(512, [250e6], { samples_ts: [99999] }), tg(128, [2e9], { samples_ts: [99999], avg_ts: 99999 })]
    const [imported] = read(rows).events
    expect(imported!.event).toMatchObject({
      first_token_ms: 250,
      decode_time_ms: 2000,
      tokens_in: 512,
      tokens_out: 128,
    })
  })

  it('counts the depth as cached prompt', () => {
    const depth = { n_depth: 4096 }
    const [imported] = read([pp(512, [250e6], depth), tg(128, [2e9], depth)]).events
    expect(imported!.event).toMatchObject({ tokens_in: 4608, tokens_in_cached: 4096 })
  })

  it('counts equal GPUs, one if the model is not split', () => {
    const gpu_info = 'NVIDIA L4, NVIDIA L4, NVIDIA L4'
    const gpus = (more: object) =>
      read([pp(512, [1], { gpu_info, ...more }), tg(128, [1], { gpu_info, ...more })]).events[0]!
    expect(gpus({}).event).toMatchObject({ gpu_name: 'NVIDIA L4', gpu_count: 3 })
    expect(gpus({ split_mode: 'none' }).event).toMatchObject({ gpu_name: 'NVIDIA L4', gpu_count: 1 })
  })

  it('calls the version unknown if the build has no number', () => {
    const build = { build_number: 0, build_commit: 'unknown' }
    expect(read([pp(512, [1], build), tg(128, [1], build)]).events[0]!.event.engine_version).toBe('unknown')
  })

  it('lets the options overrule the file', async () => {
    const args = ['--gpu', 'GPU X', '--gpu-count', '2', '--engine', 'ik_llama.cpp', '--engine-version', 'v1']
    const more = [
      '--model',
      'hf:org/repo',
      '--quantization',
      'Q8_0',
      '--vram-total-mb',
      '98304',
      '--date',
      '2026-01-31',
    ]
    const samples = await importRows([pp(512, [1e9]), tg(128, [1e9])], [...args, ...more])
    expect(samples).toMatchObject([
      {
        gpu_name: 'GPU X',
        gpu_count: 2,
        engine: 'ik_llama.cpp',
        engine_version: 'v1',
        model_ref: 'hf:org/repo',
        quantization: 'Q8_0',
        vram_total_mb: 98304,
        ts: '2026-01-31T00:00:00Z',
      },
    ])
  })
})

describe('identity', () => {
  const rows = [pp(512, [1e9, 2e9]), tg(128, [3e9, 4e9])]

  it('gives the same ids for the same import, and keeps them when the tool appends to the file', async () => {
    const ids = async (input: readonly unknown[]) => (await importRows(input)).map(({ job_id }) => job_id)
    const first = await ids(rows)
    expect(first).toHaveLength(2)
    expect(await ids(rows)).toEqual(first)
    expect(await ids([...rows, pp(64, [5e9], { n_batch: 64 })])).toEqual(first)
  })

  it('counts a sample once when its file is given twice', async () => {
    const path = writeRows(rows)
    const { out, error, code } = await callOrch(['import', 'llama-bench', path, path])
    expect(parseLines(out)).toHaveLength(2)
    expect(error).toContain('skipped: the same sample as one read before (4 repetitions)')
    expect(code).toBe(0)
  })

  it('gives other ids under another key', async () => {
    const other = await importRows(rows, [], join(makeFolder(), 'key'))
    const ids = new Set((await importRows(rows)).map(({ job_id }) => job_id))
    expect(other).toHaveLength(2)
    expect(other.filter(({ job_id }) => ids.has(job_id))).toEqual([])
  })

  it('writes the samples in the order of their ids, not of the file', async () => {
    const many = Array.from({ length: 40 }, (_, index) => 1e9 + index * 1e7)
    const ids = (await importRows([pp(512, many), tg(128, many)])).map(({ job_id }) => String(job_id))
    expect(ids).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(40)
  })
})
