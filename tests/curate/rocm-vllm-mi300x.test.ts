import { expect, test } from 'vitest'
import { rocmVllm } from '../../curate/rocm-vllm-mi300x.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'

const page = (version: string, unit: string, latencies: [number, number, number]) => `
- vLLM ${version}

| Model | Precision | TP Size | Input | Output | Num Prompts | Max Num Seqs | Throughput (tokens/s) |
|-------|-----------|---------|-------|--------|-------------|--------------|-----------------------|
| Llama 3.1 70B (amd/Llama-3.1-70B-Instruct-FP8-KV) | FP8 | 8 | 128 | 2048 | 3200 | 3200 | 15105 |

| Model | Precision | TP Size | Batch Size | Input | Output | MI300X Latency (${unit}) |
|-------|-----------|---------|------------|-------|--------|--------------------------|
| Llama 3.1 70B (amd/Llama-3.1-70B-Instruct-FP8-KV) | FP8 | 8 | 1 | 128 | 2048 | ${latencies[0]} |
| | | | 64 | 128 | 2048 | ${latencies[1]} |
| Llama 3.1 405B (amd/Llama-3.1-70B-Instruct-FP8-KV) | FP8 | 8 | 1 | 128 | 2048 | ${latencies[2]} |
`
const converted = convertFiles(rocmVllm, {
  '2025-01-29_7a292f9b0_dev-docker-README.md': page('0.6.6', 'ms', [19_000, 24_000, 51_000]),
  '2025-07-16_f94ec9bee_dev-docker-README.md': page('0.9.1', 'sec', [17.5, 22, 48]),
})
const at = (page: string, row: number) => rowAt(converted, `docs/dev-docker/${page}_dev-docker-README.md#${row}`)

test('a latency in seconds is the total time of a batch', () => {
  expect(at('2025-07-16_f94ec9bee', 1)).toMatchObject({
    ts: '2025-07-16T00:00:00Z',
    model_ref: 'hf:meta-llama/Llama-3.1-70B-Instruct',
    quantization: 'fp8',
    engine_version: '0.9.1',
    gpu_count: 8,
    tensor_parallel: 8,
    total_time_ms: 17_500,
    first_token_ms: null,
    measurement_type: 'single_stream',
  })
})

test('a line without a model continues the one above, as a batch', () => {
  expect(at('2025-07-16_f94ec9bee', 2)).toMatchObject({
    model_ref: 'hf:meta-llama/Llama-3.1-70B-Instruct',
    concurrency: 64,
    measurement_type: 'batched_offline',
  })
})

test('one version of the page has milliseconds', () => {
  expect(at('2025-01-29_7a292f9b0', 1)).toMatchObject({ engine_version: '0.6.6', total_time_ms: 19_000 })
})

test('the label counts where the repository beside it is that of another size', () => {
  expect(at('2025-07-16_f94ec9bee', 3).model_ref).toContain('Llama-3.1-405B')
  expect(flawRows(converted, '405B model')).toBe(2)
})

test('throughput without times is dropped', () => {
  expect(droppedRows(converted)).toEqual({ 'throughput without times': 2 })
})
