import { expect, test } from 'vitest'
import { mlEnergy } from '../../curate/ml-energy.ts'
import { convertFiles, droppedRows, rowAt } from './fixture.ts'

const configuration = (changes: object) => ({
  model_id: 'Qwen/Qwen3-14B',
  gpu_model: 'H100',
  num_gpus: 1,
  max_num_seqs: 8,
  avg_batch_size: 7.6,
  avg_output_len: 1001.2,
  output_throughput_tokens_per_sec: 553.28411,
  median_itl_ms: 10,
  p90_itl_ms: 11,
  p95_itl_ms: 12,
  p99_itl_ms: 13,
  avg_power_watts: 483.6,
  weight_precision: 'bfloat16',
  tensor_parallel: 1,
  data_parallel: 1,
  expert_parallel: 1,
  ...changes,
})
const task = (...configurations: object[]) => JSON.stringify({ configurations: configurations.map(configuration) })
const B200 = { gpu_model: 'B200' }
const LLAMA = { model_id: 'meta-llama/Llama-3.1-8B-Instruct' }
const converted = convertFiles(mlEnergy, {
  'tasks__gpqa.json': task({}, B200, { ...B200, num_gpus: 2, tensor_parallel: 2 }),
  'tasks__lm-arena-chat.json': task(
    B200,
    { ...B200, ...LLAMA, max_num_seqs: 128 },
    { ...B200, ...LLAMA, max_num_seqs: 64 },
  ),
  'tasks__sourcegraph-fim.json': task({ weight_precision: 'fp8', model_id: 'Qwen/Qwen3-235B-A22B-Instruct-2507-FP8' }),
  'tasks__image-chat.json': task({}, {}),
  'tasks__video-chat.json': task({}),
})
const at = (name: string, row: number) => rowAt(converted, `public/data/tasks/${name}.json#${row}`)

test('a configuration becomes a row with its load, throughput and measured power', () => {
  expect(at('gpqa', 1)).toMatchObject({
    model_ref: 'hf:Qwen/Qwen3-14B',
    quantization: 'bf16',
    gpu_name: 'NVIDIA H100 SXM5 80GB',
    tokens_in: null,
    tokens_out: 1001,
    first_token_ms: null,
    decode_time_ms: 10_000,
    concurrency: 8,
    output_tps: 553.284,
    inter_token_ms_p50: 10,
    inter_token_ms_p99: 13,
    power_w: 483.6,
    measurement_type: 'batched_online',
  })
  expect(at('sourcegraph-fim', 1)).toMatchObject({
    model_ref: 'hf:Qwen/Qwen3-235B-A22B-Instruct-2507',
    quantization: 'fp8',
  })
})

test('the runs that something else than the GPU bound are dropped, and only those', () => {
  expect(() => at('gpqa', 2)).toThrow('no row')
  expect(() => at('lm-arena-chat', 2)).toThrow('no row')
  expect([at('gpqa', 3).gpu_count, at('lm-arena-chat', 1).gpu_count, at('lm-arena-chat', 3).gpu_count]).toEqual([
    2, 1, 1,
  ])
  expect(droppedRows(converted)).toEqual({
    'bound by something other than the GPU': 2,
    'prompts with images or video': 3,
  })
})
