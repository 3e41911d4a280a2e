import { expect, test } from 'vitest'
import { dstack } from '../../curate/dstack.ts'
import { convertFixture, expectPinned, flawRows, rowAt } from './fixture.ts'

const converted = convertFixture(dstack)
const H100 =
  'comparison/h100sxm5_vs_mi300x/raw_data/8xH100SXM5-serving/nvidia-vllm-16.0qps-Llama-3.1-405B-FP8-20241109-150547.json'
const NO_RPC =
  'comparison/h100sxm5_vs_mi300x/raw_data/misc/amd-meta-vllm-no-rpc-1000.0qps-Llama-3.1-405B-FP8-20241116-152727.json'

test('the rows, counts and reports are the pinned ones', () => {
  expectPinned(converted)
})

test('a request becomes a row: the decode time is the sum of the gaps', () => {
  expect(rowAt(converted, `${H100}#1`)).toMatchObject({
    ts: '2024-11-09T00:00:00Z',
    gpu_name: 'NVIDIA H100 SXM5 80GB',
    gpu_count: 8,
    tokens_in: 13,
    tokens_out: 5,
    first_token_ms: 250,
    decode_time_ms: 1000,
    quantization: 'fp8',
    measurement_type: 'batched_online',
  })
})

test('an empty output has no time to first token: its 0 is a placeholder', () => {
  expect(rowAt(converted, `${H100}#3`)).toMatchObject({ exit: 'ok', tokens_out: 0, first_token_ms: null })
  expect(flawRows(converted, 'no token arrived')).toBe(2)
})

test('a traceback becomes an error without times', () => {
  const error = { exit: 'error', first_token_ms: null, decode_time_ms: null, total_time_ms: null }
  expect(rowAt(converted, `${NO_RPC}#1`)).toMatchObject(error)
  expect(flawRows(converted, 'traceback')).toBe(1)
})

test('a run whose environment is not described has an unknown version', () => {
  expect(rowAt(converted, `${NO_RPC}#2`).engine_version).toBe('unknown')
})

test('a row of the study is the mean over its requests, and single-stream only with one of them', () => {
  const origin = 'amd/tgi_vs_vllm/tgi/data/result_tgi_short.csv'
  expect(rowAt(converted, `${origin}#1`)).toMatchObject({ runs: 1, measurement_type: 'single_stream', concurrency: 1 })
  expect(rowAt(converted, `${origin}#2`)).toMatchObject({
    runs: 4,
    measurement_type: 'batched_online',
    tokens_in: 80,
    tokens_out: 53,
    decode_time_ms: 50 * 52,
  })
})

test('the README describes a machine for each of two GPUs, and none of the older runs', () => {
  const machines = Object.entries(converted.files).map(([name, rows]) => [
    name,
    [...new Set(rows.map((row) => row.machine))],
  ])
  expect(Object.fromEntries(machines)).toEqual({
    'h100-16qps.jsonl': ['h100'],
    'mi300x-32qps.jsonl': ['mi300x'],
    'mi300x-no-rpc-1000qps.jsonl': [undefined],
    'tgi-vs-vllm.jsonl': [undefined],
  })
})
