import { expect, test } from 'vitest'
import { rx7900xtx } from '../../curate/rx7900xtx-1337hero.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'

const table = (heading: string, rate: number) => `### ${heading} ###
| model         |     size | backend |  test |          t/s |
| ------------- | -------: | ------- | ----: | -----------: |
| llama 7B Q4_0 | 3.50 GiB | Vulkan  | pp512 | 1024.0 ± 5.0 |
| llama 7B Q4_0 | 3.50 GiB | Vulkan  | tg128 | ${rate}.0 ± 0.1 |

build: a81a56957 (7361)
`
const log = (rate: number) => `
  Date: Thu Dec 11 02:36:39 PM MST 2025
${table('GPU 0 ONLY (bottom slot)', rate)}
${table('DUAL GPU (note: slower)', 64)}`
const converted = convertFiles(rx7900xtx, {
  'vulkan_benchmark_20251211_072744.txt': log(32),
  'vulkan_benchmark_20251211_143639.txt': log(128),
})
const at = (row: number) => rowAt(converted, `vulkan_benchmark_20251211_143639.txt#${row}`)

test('the last log is converted, a row per test', () => {
  expect(at(1)).toMatchObject({ ts: '2025-12-11T00:00:00Z', first_token_ms: 500, decode_time_ms: null, gpu_count: 1 })
  expect(at(2)).toMatchObject({
    model_ref: 'hf:meta-llama/Llama-2-7b-hf',
    quantization: 'Q4_0',
    engine_version: 'b7361',
    engine_backend: 'vulkan',
    tokens_out: 128,
    decode_time_ms: 1000,
  })
})

test('both cards together are two GPUs', () => {
  expect(at(4)).toMatchObject({ gpu_count: 2, decode_time_ms: 2000 })
  expect(flawRows(converted, 'unequal slots')).toBe(2)
})

test('earlier logs with other settings are dropped', () => {
  expect(droppedRows(converted)).toEqual({ 'an earlier log with other settings': 4 })
})
