import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { llamaBenchRow, toJsonl } from '../support/llama_bench_rows.ts'
import { makeFolder, parseLines } from '../support/run_orch.ts'
import { type CallHereOptions, callOrch } from './support/call_orch.ts'

const LLAMA = toJsonl([llamaBenchRow({ n_prompt: 512 }), llamaBenchRow({ n_gen: 128, samples_ns: [2e9] })])
/** A run of the client of vLLM against any server: neither engine nor GPU are in the file. */
const OPENAI = JSON.stringify({
  ...{ date: '20261012-120301', backend: 'openai-chat', model_id: 'Qwen/Qwen3-8B', max_concurrency: 1 },
  ...{ input_lens: [100], output_lens: [3], ttfts: [0.05], itls: [[0.01, 0.02]], errors: [''] },
})

async function importFiles(files: Record<string, string | Uint8Array>, args: string[], options: CallHereOptions = {}) {
  const cwd = makeFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true })
    writeFileSync(join(cwd, name), content)
  }
  const call = await callOrch(['import', ...args], { cwd, ...options })
  return { ...call, lines: parseLines(call.out) }
}

describe('what a file is', () => {
  it.each([
    ['its content tells', { 'a.txt': LLAMA }, ['a.txt']],
    ['also compressed with gzip', { 'a.json': gzipSync(LLAMA) }, ['a.json']],
    ['also compressed with zstd', { 'a.json': zstdCompressSync(Buffer.from(LLAMA)) }, ['a.json']],
    ['also in a folder', { 'runs/b/a.json': LLAMA, 'runs/README.md': '# Runs' }, ['runs']],
    [
      'also inside of other JSON, under any key',
      { 'a.json': `{"cmd":["x"],"out":{"stdout":[${LLAMA.trim().replace('\n', ',')}]}}` },
      ['a.json'],
    ],
    [
      'also as lines of text inside of other JSON',
      { 'a.json': JSON.stringify({ stdout: `init\n${LLAMA}done\n` }) },
      ['a.json'],
    ],
    [
      'also as text inside of other JSON',
      { 'a.json': JSON.stringify({ stdout: `[${LLAMA.trim().replace('\n', ',')}]` }) },
      ['a.json'],
    ],
  ])('%s', async (_, files, args) => {
    const { lines, error } = await importFiles(files, args)
    expect(lines).toMatchObject([{ model_ref: 'gpt-oss-20b-F16', first_token_ms: 1000, decode_time_ms: 2030 }])
    expect(error).toContain('llama-bench  gpt-oss-20b  mxfp4')
  })

  it('may have 100 MB, unpacked and of all files together', async () => {
    const half = gzipSync(Buffer.alloc(50_000_001, ' '))
    const { code, error } = await importFiles({ 'a.gz': half, 'b.gz': half, 'c.json': LLAMA }, [
      'a.gz',
      'b.gz',
      'c.json',
    ])
    expect(code).toBe(1)
    expect(error).toContain('expected at most 100,000,000 bytes in all files of one import, unpacked, found more')
    expect(error).toContain('c.json  llama-bench')
  })

  it('is named if the operator names another format', async () => {
    const { code, out, error } = await importFiles({ 'a.json': LLAMA }, ['vllm-bench', 'a.json'])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(error).toContain(
      'expected output of vllm-bench, found output of llama-bench; run: orch import llama-bench a.json',
    )
  })

  it.each([
    ['{"a":1,"my_results":[]}', 'expected output of a benchmark, found an object with a, my_results'],
    ['"hello"', 'expected output of a benchmark, found text (1 line)'],
    ['PK\u0003\u0004', 'expected text, plain or packed with gzip or zstd, found a ZIP archive; unpack it first: unzip'],
    ['{"avg_latency":1,"latencies":[],"percentiles":{}}', 'run vllm bench serve --save-result --save-detailed'],
  ])('is said of %s, which gives nothing', async (content, message) => {
    const { code, out, error } = await importFiles({ 'a.json': content }, ['a.json'])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(error).toContain(message)
  })
})

describe('what is missing', () => {
  it('is listed in one round, with the options to add, and what is whole is written', async () => {
    const { code, lines, error } = await importFiles({ 'a.json': OPENAI, 'b.json': LLAMA }, ['a.json', 'b.json'])
    expect(code).toBe(1)
    expect(lines).toMatchObject([{ engine: 'llama.cpp' }])
    expect(error.slice(error.indexOf('missing'))).toMatchInlineSnapshot(`
      "missing, so that 1 measurement was left out:
        --gpu NAME     the GPU, as its driver names it: the file does not tell
                       a.json:1
        --engine NAME  the engine that served it, for example vllm or llama.cpp: the file does not tell
                       a.json:1

      Add to the command: --gpu NAME --engine NAME
      "
    `)
  })

  it('is asked for on a terminal', async () => {
    const answers = ['NVIDIA L40S', 'sglang']
    const { code, lines } = await importFiles({ 'a.json': OPENAI }, ['a.json'], { terminal: { in: true }, answers })
    expect(code).toBe(0)
    expect(lines).toMatchObject([{ gpu_name: 'NVIDIA L40S', engine: 'sglang', model_ref: 'hf:Qwen/Qwen3-8B' }])
  })

  it.each([
    [
      'a model that could be any',
      { model_filename: '/m/model.gguf', model_type: 'qwen3 8B Q8_0' },
      '--model',
      'qwen3 8B Q8_0',
    ],
    ['a GPU that is none', { gpu_info: 'Frobnicator 9000' }, '--gpu', 'is not in the catalogue'],
  ])('is %s', async (_, more, flag, why) => {
    const rows = toJsonl([llamaBenchRow({ n_prompt: 512, ...more }), llamaBenchRow({ n_gen: 128, ...more })])
    const { code, lines, error } = await importFiles({ 'a.jsonl': rows }, ['a.jsonl'])
    expect({ code, lines }).toEqual({ code: 1, lines: [] })
    expect(error).toContain(`Add to the command: ${flag}`)
    expect(error).toContain(why)
  })

  it('is which variant of a GPU it was, unless the log around the rows tells its memory', async () => {
    const gpu_info = 'NVIDIA GeForce RTX 3060'
    const rows = [
      llamaBenchRow({ n_prompt: 512, gpu_info }),
      llamaBenchRow({ n_gen: 128, gpu_info, samples_ns: [9e9] }),
    ]
    const model = ['--model', 'hf:Qwen/Qwen3-0.6B']
    const bare = await importFiles({ 'a.jsonl': toJsonl(rows.map((row) => ({ ...row, model_size: 6e8 }))) }, [
      'a.jsonl',
      ...model,
    ])
    expect(bare.lines).toEqual([])
    expect(bare.error).toContain('--vram-total-mb')
    const log = `  Device 0: ${gpu_info}, compute capability 8.6, VMM: yes, VRAM: 12287 MiB\n`
    const text = log + toJsonl(rows.map((row) => ({ ...row, model_size: 6e8 })))
    expect((await importFiles({ 'a.jsonl': text }, ['a.jsonl', ...model])).lines).toMatchObject([
      { vram_total_mb: 12287 },
    ])
  })

  it('is the number of GPUs, where one cannot hold the weights', async () => {
    const large = OPENAI.replace('Qwen/Qwen3-8B', 'meta-llama/Llama-3.1-405B-FP8')
    const args = ['a.json', '--engine', 'vllm', '--gpu', 'NVIDIA H100 80GB HBM3']
    const { lines, error } = await importFiles({ 'a.json': large }, args)
    expect(lines).toEqual([])
    expect(error).toContain('--gpu-count N')
    expect((await importFiles({ 'a.json': large }, [...args, '--gpu-count', '8'])).lines).toHaveLength(1)
  })

  it('is given to the measurements that lack it, where the files name several models', async () => {
    const rows = ['/m/model.gguf', '/m/Qwen3-8B-Q8_0.gguf'].flatMap((model_filename) => [
      llamaBenchRow({ n_prompt: 512, model_filename }),
      llamaBenchRow({ n_gen: 128, model_filename, samples_ns: [10e9] }),
    ])
    const { lines } = await importFiles({ 'a.jsonl': toJsonl(rows) }, ['a.jsonl', '--model', 'hf:Qwen/Qwen3-4B'])
    expect(lines.map(({ model_ref }) => model_ref).sort()).toEqual(['Qwen3-8B-Q8_0', 'hf:Qwen/Qwen3-4B'])
  })
})

describe('a model that the catalogue does not list', () => {
  const rows = ['n_prompt', 'n_gen'].map((key) =>
    llamaBenchRow({ [key]: 128, model_filename: '/m/Frobnik-7B-Q4_K_M.gguf' }),
  )
  const files = { 'a.jsonl': toJsonl(rows) }

  it('is shown, and its figures are written under its name', async () => {
    const { code, lines, error } = await importFiles(files, ['a.jsonl'])
    expect({ code, lines: lines.length }).toEqual({ code: 0, lines: 1 })
    expect(error).toContain('frobnik-7b (unlisted)')
  })

  it.each([
    ['y', 0, 1],
    ['n', 1, 0],
  ])('is asked about on a terminal: %s', async (answer, code, count) => {
    const call = await importFiles(files, ['a.jsonl'], { terminal: { in: true }, answers: [answer] })
    expect({ code: call.code, lines: call.lines.length }).toEqual({ code, lines: count })
    expect(call.error).toContain('Write figures under "frobnik-7b"?')
  })
})
