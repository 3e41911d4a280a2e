import { expect, test } from 'vitest'
import { ionet } from '../../curate/ionet-4090-h100.ts'
import { convertFiles, flawRows, rowAt } from './fixture.ts'

const result = (changes: object) =>
  JSON.stringify({
    date: '20250610-151148',
    model_id: 'microsoft/phi-4',
    gpu_name: 'NVIDIA-H100-PCIe',
    gpu_count: '1',
    request_rate: 16,
    max_concurrency: null,
    duration: 20,
    completed: 200,
    total_input_tokens: 40_000,
    total_output_tokens: 40_200,
    output_throughput: 2010,
    mean_ttft_ms: 500,
    p99_ttft_ms: 900,
    mean_tpot_ms: 10,
    mean_itl_ms: 10,
    p95_tpot_ms: 12,
    ...changes,
  })

const converted = convertFiles(ionet, {
  'one.json': result({}),
  'two.json': `${result({ gpu_name: 'NVIDIA-GeForce-RTX-4090' })}${result({ mean_tpot_ms: 20, mean_itl_ms: 20 })}`,
  'warm.json': result({ gpu_name: 'NVIDIA-GeForce-RTX-4090', gpu_count: '2', request_rate: 1 }),
})

test('an open loop has the mean in flight as its concurrency, and its rate', () => {
  expect(rowAt(converted, 'one.json#1')).toMatchObject({
    ts: '2025-06-10T00:00:00Z',
    gpu_name: 'NVIDIA H100 PCIe 80GB',
    tokens_in: 200,
    tokens_out: 201,
    first_token_ms: 500,
    first_token_ms_p99: 900,
    decode_time_ms: 2000,
    inter_token_ms_p95: 12,
    // 10 requests per second that stay 2.5 s each.
    concurrency: 25,
    request_rate: 16,
    output_tps: 2010,
    requests: 200,
    measurement_type: 'batched_online',
  })
})

test('a file with two results is two runs', () => {
  const times = [1, 2].map((number) => rowAt(converted, `two.json#${number}`).decode_time_ms)
  expect(times).toEqual([2000, 4000])
  expect(flawRows(converted, 'two results')).toBe(1)
})

test('a run on several RTX 4090 has no first token: the warm-up is in it', () => {
  const row = rowAt(converted, 'warm.json#1')
  expect(row).toMatchObject({ first_token_ms: null, decode_time_ms: 2000, concurrency: 25 })
  expect(row).not.toHaveProperty('first_token_ms_p99')
  expect(flawRows(converted, 'warm-up')).toBe(1)
})
