import { expect, test } from 'vitest'
import { llamacppBenches } from '../../curate/llamacpp-benches.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'

const page = (build: string) => `## System info
## ggml-org/gpt-oss-20b-GGUF

- \`llama-batched-bench\`

|    PP |     TG |    B |   N_KV |   T_PP s | S_PP t/s |   T_TG s | S_TG t/s |      T s |    S t/s |
|-------|--------|------|--------|----------|----------|----------|----------|----------|----------|
|   512 |     32 |    1 |    544 |    0.270 |  1895.57 |    0.400 |    80.00 |    0.670 |   812.60 |
|   512 |     32 |    4 |   2176 |    0.400 |  4688.87 |    0.800 |   160.00 |    1.200 |  1730.91 |

- \`llama-bench\`

| model                 |      size | backend |            test |             t/s |
| --------------------- | --------: | ------- | --------------: | --------------: |
| gpt-oss 20B MXFP4 MoE | 10.00 GiB | CUDA    |          pp2048 | 4096.00 ± 12.90 |
| gpt-oss 20B MXFP4 MoE | 10.00 GiB | CUDA    |  pp2048 @ d4096 | 3000.00 ± 12.90 |
| gpt-oss 20B MXFP4 MoE | 10.00 GiB | CUDA    |    tg32 @ d4096 |   64.00 ±  0.10 |

build: 11fb327bf (${build})
`

const converted = convertFiles(llamacppBenches, {
  'dgx-spark__dgx-spark.2025-11-09-ef1d8269.md': page('6989'),
  'dgx-spark__dgx-spark.md': page('7941'),
  'mac-m2-ultra__mac-m2-ultra.md': page('7948'),
  'nemotron__nemotron-dgx-spark.md': page('8268'),
})
const at = (row: number) => rowAt(converted, `benches/dgx-spark/dgx-spark.md#${row}`)

test('a line of llama-batched-bench is a batch at its size', () => {
  expect(at(2)).toMatchObject({
    ts: '2026-02-05T00:00:00Z',
    model_ref: 'hf:openai/gpt-oss-20b',
    quantization: 'mxfp4',
    engine_version: 'b7941',
    engine_backend: 'cuda',
    gpu_name: 'NVIDIA GB10 (DGX Spark)',
    weights_mb: 10_240,
    tokens_in: 512,
    tokens_out: 32,
    first_token_ms: 400,
    decode_time_ms: 800,
    concurrency: 4,
    measurement_type: 'batched_offline',
    output_tps: 106.667,
  })
})

test('the first size of a run carries the warm-up: it has a decode time only', () => {
  expect(at(1)).toMatchObject({ measurement_type: 'single_stream', first_token_ms: null, decode_time_ms: 400 })
  expect(at(1)).not.toHaveProperty('output_tps')
  expect(flawRows(converted, 'warm-up')).toBe(4)
})

test('tests of llama-bench: the whole prompt, and generation behind a prefix', () => {
  expect(at(3)).toMatchObject({ tokens_in: 2048, tokens_out: 1, first_token_ms: 500, runs: 5 })
  expect(at(5)).toMatchObject({ tokens_in: 4096, tokens_out: 32, decode_time_ms: 500, concurrency: 1 })
})

test('a part of a prompt behind a prefix is no first token', () => {
  expect(() => at(4)).toThrow('no row')
  expect(droppedRows(converted)).toEqual({ 'prompt processing behind a cached prefix': 4 })
})

test('each page has its machine and build', () => {
  const row = rowAt(converted, 'benches/mac-m2-ultra/mac-m2-ultra.md#2')
  expect(row).toMatchObject({ gpu_name: 'Apple M2 Ultra', engine_backend: 'metal', engine_version: 'b7948' })
})
