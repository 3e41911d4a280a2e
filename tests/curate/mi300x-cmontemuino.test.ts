import { expect, test } from 'vitest'
import { mi300x } from '../../curate/mi300x-cmontemuino.ts'
import { convertFiles, flawRows, rowAt } from './fixture.ts'

const NAME = 'Llama-3.1-8B_latency_bs8_in128_out128_float16_mem0.8_20250807_191102'
const converted = convertFiles(mi300x, {
  [`${NAME}.json`]: JSON.stringify({ avg_latency: 0.75, latencies: [0.7177137, 0.8] }),
  [`gpu_power_${NAME}.csv`]: 'timestamp,device,power_watts\n1754585903,card0,700\n',
})

test('every latency is a batch; a power log without times of the batches is no power', () => {
  const row = rowAt(converted, `datasets/sample-results/${NAME}.json#1`)
  expect(row).toMatchObject({
    ts: '2025-08-07T00:00:00Z',
    model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
    quantization: 'fp16',
    tokens_in: 128,
    tokens_out: 128,
    total_time_ms: 717.714,
    concurrency: 8,
    measurement_type: 'batched_offline',
  })
  expect(row).not.toHaveProperty('power_w')
  expect(converted.source.rows.converted).toBe(2)
  expect(flawRows(converted, 'power logs')).toBe(2)
})
