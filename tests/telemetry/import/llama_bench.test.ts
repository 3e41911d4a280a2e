import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { llamaBench } from '../../../telemetry/import/formats/llama_bench.ts'
import type { ImportOptions } from '../../../telemetry/import/types.ts'
import { callOrch } from '../cli/support/call_orch.ts'
import { llamaBenchRow, toJsonl } from '../support/llama_bench_rows.ts'
import { makeFolder, parseLines, testKeyFile } from '../support/run_orch.ts'

function read(rows: readonly unknown[], options: ImportOptions = {}) {
  const { drafts, problems, units } = llamaBench.read(
    rows.map((value, index) => ({ file: 'a.jsonl', line: index + 1, form: 'json', value })),
    options,
  )
  const samples = drafts.flatMap((draft) => (draft.kind === 'sample' ? [draft] : []))
  const runs = drafts.flatMap((draft) => (draft.kind === 'run' ? [draft] : []))
  return { samples, runs, problems, units, reasons: [...new Set(problems.map(({ reason }) => reason))] }
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
  const lengths = (rows: readonly unknown[]) =>
    read(rows).samples.map(({ figures }) => [figures.tokens_in, figures.tokens_out])

  it('pairs the tests whose shape is nearest to the default, whatever the order of the file', () => {
    const rows = [tg(64, [64]), pp(2048, [2048]), tg(256, [256]), pp(512, [512]), tg(128, [128]), pp(256, [256])]
    expect(lengths(rows)).toEqual([
      [512, 128],
      [256, 64],
      [2048, 256],
    ])
  })

  it.each([
    ['a short prompt and a long answer', [pp(4, [4]), tg(4096, [4096])], []],
    ['a long prompt and a short answer', [pp(32768, [1]), tg(128, [1])], [[32768, 128]]],
    ['the lengths of everyone', [pp(512, [1]), pp(4096, [1]), tg(128, [1])], [[512, 128]]],
  ])('of %s', (_, rows, expected) => {
    expect(lengths(rows)).toEqual(expected)
  })

  it('pairs across files', () => {
    const documents = [pp(512, [1e9]), tg(128, [2e9])].map((value, index) => ({
      ...{ file: `${index}.jsonl`, line: 1, form: 'json' as const, value },
    }))
    expect(llamaBench.read(documents, {}).drafts).toMatchObject([
      { kind: 'sample', figures: { first_token_ms: 1000, decode_time_ms: 2000 } },
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
    ['n_gpu_layers', 999],
    ['a_setting_of_a_later_version', 1],
  ])('does not pair rows that differ in %s', (key, value) => {
    const { samples, problems } = read([pp(512, [1e9]), tg(128, [1e9], { [key]: value })])
    expect(samples).toEqual([])
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
        const { samples, problems, units } = read(rows)
        const times = samples.flatMap(({ figures }) => [figures.first_token_ms, figures.decode_time_ms])
        expect(new Set(times).size).toBe(2 * samples.length)
        const left = problems.reduce((sum, problem) => sum + problem.units, 0)
        expect(2 * samples.length + left).toBe(time - 1)
        expect(units).toBe(time - 1)
      }),
    )
  })
})

describe('mapping', () => {
  const pair = (more: object) => [pp(512, [250e6], more), tg(128, [2e9], more)]
  const facts = (more: object) => read(pair(more)).samples[0]?.facts

  it('takes times from samples_ns, never from the rates of the tool', () => {
    const [sample] = read(pair({ samples_ts: [99999], avg_ts: 99999 })).samples
    expect(sample!.figures).toEqual({
      ...{ first_token_ms: 250, decode_time_ms: 2000, tokens_in: 512, tokens_out: 128, exit: 'ok' },
    })
  })

  it('makes runs of what is no whole task: decode behind a depth without a first token, -pg with the total only', () => {
    const rows = [tg(128, [2e9], { n_depth: 4096 }), llamaBenchRow({ n_prompt: 4096, n_gen: 128, samples_ns: [3e9] })]
    expect(read(rows).runs.map(({ figures }) => figures)).toEqual([
      { tokens_in: 4096, tokens_out: 128, first_token_ms: null, decode_time_ms: 2000, total_time_ms: null, runs: 1 },
      { tokens_in: 4096, tokens_out: 128, first_token_ms: null, decode_time_ms: null, total_time_ms: 3000, runs: 1 },
    ])
    expect(read([pp(512, [1], { n_depth: 4096 })]).reasons[0]).toContain('behind a depth')
  })

  it.each([
    ['the cards of the host', {}, { gpu_name: 'NVIDIA L4', gpu_count: 3 }],
    ['one if the model is not split', { split_mode: 'none' }, { gpu_name: 'NVIDIA L4', gpu_count: 1 }],
    ['those that -dev names', { devices: 'CUDA0/CUDA2' }, { gpu_name: 'NVIDIA L4', gpu_count: 2 }],
    ['those with a part of the tensors', { tensor_split: '3.00/1.00/0.00' }, { gpu_name: 'NVIDIA L4', gpu_count: 2 }],
    ['all if the parts are the default', { tensor_split: '0.00' }, { gpu_name: 'NVIDIA L4', gpu_count: 3 }],
    [
      'no integrated one beside a card',
      { gpu_info: 'AMD Radeon(TM) 890M Graphics, NVIDIA L4' },
      { gpu_name: 'NVIDIA L4' },
    ],
    ['an integrated one alone', { gpu_info: 'Radeon 8060S Graphics' }, { gpu_name: 'Radeon 8060S Graphics' }],
    [
      'the processor of Apple',
      { gpu_info: '', cpu_info: 'Apple M2 Max', backends: 'Metal' },
      { gpu_name: 'Apple M2 Max' },
    ],
  ])('counts %s', (_, more, expected) => {
    expect(facts({ gpu_info: 'NVIDIA L4, NVIDIA L4, NVIDIA L4', ...more })).toMatchObject({ gpu_count: 1, ...expected })
  })

  it.each([
    [{ devices: 'none' }, 'not on the GPU: devices is none'],
    [{ n_gpu_layers: 0 }, 'not on the GPU: n_gpu_layers is 0'],
    [{ backends: 'BLAS' }, 'not on the GPU: backend BLAS'],
    [{ backends: undefined, cuda: false, metal: false }, 'not on the GPU: a build for the CPU'],
    [{ n_gpu_layers: 20 }, 'partly in system memory: n_gpu_layers is 20'],
    [{ n_cpu_moe: 4 }, 'partly in system memory: n_cpu_moe'],
    [{ no_kv_offload: true }, 'partly in system memory: no_kv_offload'],
    [{ tensor_buft_overrides: 'exps=CPU' }, 'partly in system memory: tensor_buft_overrides'],
    [{ fit_target: 1024 }, 'partly in system memory, perhaps: fit_target'],
    [{ gpu_info: 'NVIDIA L4, NVIDIA T4' }, 'different GPUs share the model (NVIDIA L4, NVIDIA T4)'],
    [{ gpu_info: 'RPC[10.0.0.2:50052]' }, 'other hosts over RPC'],
    [{ embeddings: true }, 'a run for embeddings'],
  ])('leaves out %j, whatever the options say', (more, reason) => {
    const { samples, reasons } = read(pair(more), { gpu: 'NVIDIA L4' })
    expect(samples).toEqual([])
    expect(reasons).toEqual([expect.stringContaining(reason)])
  })

  it('takes the most layers of a model for all of them if the operator says so', () => {
    const rows = [10, 33].flatMap((n_gpu_layers) => pair({ n_gpu_layers }))
    const { samples, reasons } = read(rows, { allLayers: true })
    expect(samples).toHaveLength(1)
    expect(reasons).toEqual([expect.stringContaining('n_gpu_layers is 10')])
  })

  it.each([
    ['build 0', { build_number: 0 }, { engine_version: undefined }],
    ['build 1, a shallow clone', { build_number: 1 }, { engine_version: undefined }],
    ['a numbered build', { build_number: 5163 }, { engine: 'llama.cpp', engine_version: 'b5163' }],
    ['settings of the fork', { mla_attn: 3, test: 'pp' }, { engine: 'ik_llama.cpp' }],
    ['one type of KV cache', { type_k: 'q8_0', type_v: 'q8_0' }, { kv_cache_dtype: 'q8_0' }],
    ['two types of KV cache', { type_k: 'q8_0', type_v: 'f16' }, { kv_cache_dtype: 'mixed' }],
    ['a backend with others beside it', { backends: 'CUDA,BLAS,RPC' }, { engine_backend: 'cuda' }],
    ['the weights in MiB', { model_size: 2 ** 32 }, { weights_mb: 4096 }],
    ['a name that ends in a precision', { model_filename: '/m/a-Q8_0.gguf' }, { quantization: 'Q8_0' }],
    [
      'a precision that only the engine tells',
      { model_filename: '/m/a.gguf', model_type: 'qwen2 7B Q4_K - Medium' },
      { quantization: 'Q4_K_M' },
    ],
    ['16 bits that the bytes belie', { model_filename: '/m/gpt-oss-20b-F16.gguf' }, { quantization: 'MXFP4' }],
  ])('reads %s', (_, more, expected) => {
    expect(facts(more)).toMatchObject(expected)
  })

  it('lets the options overrule the file', async () => {
    const args = ['--gpu', 'NVIDIA L40S', '--gpu-count', '2', '--engine', 'llamafile', '--engine-version', 'v1']
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
        gpu_name: 'NVIDIA L40S',
        gpu_count: 2,
        engine: 'llamafile',
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
    expect(error).toContain('skipped: the same measurement as one read before (4 repetitions)')
    expect(code).toBe(0)
  })

  it('gives other ids under another key', async () => {
    const other = await importRows(rows, [], join(makeFolder(), 'key'))
    const ids = new Set((await importRows(rows)).map(({ job_id }) => job_id))
    expect(other).toHaveLength(2)
    expect(other.filter(({ job_id }) => ids.has(job_id))).toEqual([])
  })

  it('writes the samples in the order of their ids, not of the file', async () => {
    const many = Array.from({ length: 40 }, (_, index) => 2e9 + index * 1e7)
    const ids = (await importRows([pp(512, many), tg(128, many)])).map(({ job_id }) => String(job_id))
    expect(ids).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(40)
  })
})
