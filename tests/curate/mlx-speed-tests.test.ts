import { expect, test } from 'vitest'
import { mlxSpeedTests } from '../../curate/mlx-speed-tests.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'

const section = (prompt: string, runs: string) => `## Prompt: \`x.md\`

### Summary

| Model | Max Ctx | Prompt Tokens | Prompt tps | Generation tps | TTFT (s) | Peak Memory (GB) | Total Time (s) |
| ----- | ------- | ------------- | ---------- | -------------- | -------- | ---------------- | -------------- |
| Qwen3-8B-4bit | 40K | ${prompt} | 233.59 ± 2.76 | 95.88 ± 0.63 | 0.126 ± 0.011 | 4.78 ± 0.00 | 5.48 ± 0.04 |

### Per-Iteration Details

| Run | Prompt tps | Generation tps | TTFT (s) | Peak Memory (GB) | Total Time (s) |
| --- | ---------- | -------------- | -------- | ---------------- | -------------- |
${runs}
`
const converted = convertFiles(mlxSpeedTests, {
  'macbook-pro-m5-max-128gb-40-core-gpu__Qwen3-8B-4bit.md': `**Date**: 2026-03-30
**Device**: Apple M5 Max | 128 GB RAM | 40-core GPU

${section('16', '| 1 | 236.15 | 103.00 | 0.120 | 4.78 | 5.120 |')}
${section('21K', '| 1 | 579.29 | 50.00 | 40.000 | 8.51 | 42.000 |')}
${section('N/A', '| 1 | 579.29 | 51.10 | 30.000 | 8.51 | 40.000 |')}`,
  'mlx-lm-BENCHMARKS.md': `
Precision | MMLU Pro | Prompt (2048) tok/sec | Generation (128) tok/sec | Memory GB | Repo
--------- | -------- | ------------------- | ------------------------ | --------- | ----
bf16      | 64.05    | 1024.0              | 64.0                     | 9.02      | Qwen/Qwen3-4B-Instruct-2507
q8 | 63.85 | 1024.0 | 128.0 | 5.254 | mlx-community/Qwen3-4B-Instruct-2507-8bit
q4 | 63.85 | :skull: | :skull: | :skull: | mlx-community/Qwen3-30B-A3B-Instruct-2507-4bit

- Performance benchmark on 64GB M4 Max
- mlx 0.29.2.dev20251008+85a8824a8
- mlx-lm 0.28.2
`,
})
const at = (row: number) => rowAt(converted, `results/macbook-pro-m5-max-128gb-40-core-gpu/Qwen3-8B-4bit.md#${row}`)

test('a long prompt has all its times; tokens that are not the maximum are computed', () => {
  expect(at(2)).toMatchObject({
    ts: '2026-03-30T00:00:00Z',
    model_ref: 'hf:Qwen/Qwen3-8B',
    quantization: 'mlx-4bit',
    gpu_name: 'Apple M5 Max (40-core GPU)',
    tokens_in: 21_000,
    tokens_out: 100,
    first_token_ms: 40_000,
    decode_time_ms: 2000,
    total_time_ms: 42_000,
    vram_used_mb_peak: 8510,
  })
})

test('a short prompt is answered faster than the generator starts: no first token', () => {
  expect(at(1)).toMatchObject({ tokens_in: 16, tokens_out: 512, first_token_ms: null, total_time_ms: null })
  expect(flawRows(converted, 'short prompts')).toBe(1)
})

test('a prompt of unknown length stays unknown', () => {
  expect(at(3)).toMatchObject({ tokens_in: null, tokens_out: 512, first_token_ms: 30_000 })
})

test('mlx-lm: rates of a prompt of 2,048 and an answer of 128 tokens', () => {
  expect(rowAt(converted, 'BENCHMARKS.md#1')).toMatchObject({
    ts: '2025-10-08T00:00:00Z',
    engine_version: '0.28.2',
    gpu_name: 'Apple M4 Max (40-core GPU)',
    quantization: 'bf16',
    first_token_ms: 2000,
    decode_time_ms: 2000,
    vram_used_mb_peak: 9020,
  })
  expect(rowAt(converted, 'BENCHMARKS.md#2')).toMatchObject({
    model_ref: 'hf:Qwen/Qwen3-4B-Instruct-2507',
    quantization: 'mlx-8bit',
  })
  expect(droppedRows(converted)).toEqual({ 'did not fit into memory': 1 })
})
