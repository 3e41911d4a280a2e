import { expect, test } from 'vitest'
import { lmdeploy } from '../../curate/lmdeploy-a100.ts'
import { convertFiles, droppedRows, rowAt } from './fixture.ts'

const converted = convertFiles(lmdeploy, {
  'a100_fp16.md': `
| model      | batch | tp  | num_promts | RPS | FTL(ave)(s) | throughput(out tok/s) | throughput(total tok/s) |
| ---------- | ----- | --- | ---------- | --- | ----------- | --------------------- | ----------------------- |
| llama2-70b | 256   | 4   | 3000       | 8   | 1.075       | 1600                  | 3200                    |

| batch | tp  | prompt_tokens | output_tokens | throughput(out tok/s) | mem(GB) | FTL(ave)(s) |
| ----- | --- | ------------- | ------------- | --------------------- | ------- | ----------- |
| 1     | 1   | 128           | 128           | 64                    | 76.59   | 0.5         |
| 64    | 1   | 128           | 2048          | 2048                  | 77.96   | 4           |
| 64    | 1   | 2048          | 2048          | 755.65                | 78.4    | 39.105      |
`,
})
const at = (row: number) => rowAt(converted, `docs/en/benchmark/a100_fp16.md#${row}`)

test('a static batch: the total time follows from the throughput, the decode time from both', () => {
  expect(at(2)).toMatchObject({
    model_ref: 'hf:meta-llama/Llama-2-7b-chat-hf',
    first_token_ms: 500,
    decode_time_ms: 1500,
    total_time_ms: 2000,
    measurement_type: 'single_stream',
    vram_used_mb_peak: null,
  })
  expect(at(3)).toMatchObject({ total_time_ms: 64_000, concurrency: 64, measurement_type: 'batched_offline' })
})

test('requests: their lengths follow from the throughputs, and only the first token is a time', () => {
  expect(at(1)).toMatchObject({
    model_ref: 'hf:meta-llama/Llama-2-70b-chat-hf',
    gpu_count: 4,
    tokens_in: 200,
    tokens_out: 200,
    first_token_ms: 1075,
    decode_time_ms: null,
    concurrency: 256,
    requests: 3000,
    output_tps: 1600,
    measurement_type: 'batched_online',
  })
})

test('a batch that waits for memory is none', () => {
  expect(droppedRows(converted)).toEqual({ 'the batch waits for cache blocks': 1 })
})
