import { expect, test } from 'vitest'
import { consumerBlackwell } from '../../curate/consumer-blackwell.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'

const PREFIX = 'performance_benchmarks__rtx5060ti_2x__api__'
const metadata = (changes: object) =>
  JSON.stringify({
    benchmark_name: 'gemma3-12b-w4a16-api-c64',
    model: 'RedHatAI/gemma-3-12b-it-quantized.w4a16',
    timestamp: '2025-12-18T04:56:51.589370',
    gpu: 'RTX 5060 Ti x2',
    vllm_config: { tensor_parallel_size: 2 },
    aiperf_config: { concurrency: 64, synthetic_input_tokens_mean: 256, output_tokens_mean: 256 },
    status: 'success',
    ...changes,
  })
const profile = (errors: number | null) =>
  JSON.stringify({
    request_latency: { avg: 3050 },
    time_to_first_token: { avg: 500, p50: 400, p99: 900 },
    inter_token_latency: { avg: 10, p90: 12 },
    input_sequence_length: { avg: 256 },
    output_sequence_length: { avg: 255.8 },
    output_token_throughput: { avg: 1248.86654 },
    request_count: { avg: 500 - (errors ?? 0) },
    error_request_count: errors === null ? null : { avg: errors },
  })

const converted = convertFiles(consumerBlackwell, {
  [`${PREFIX}a__metadata.json`]: metadata({}),
  [`${PREFIX}a__profile_export_aiperf.json`]: profile(null),
  [`${PREFIX}lora__metadata.json`]: metadata({ vllm_config: { enable_lora: true }, used_fp8_kv_cache: true }),
  [`${PREFIX}lora__profile_export_aiperf.json`]: profile(1),
  [`${PREFIX}failed__metadata.json`]: metadata({ status: 'failed' }),
  [`${PREFIX}failed__profile_export_aiperf.json`]: profile(null),
  [`${PREFIX}lost__profile_export_aiperf.json`]: profile(null),
  'failed_benchmarks__rtx5060ti_1x__rag__b__metadata.json': metadata({ status: 'failed', gpu: 'RTX 5060 Ti x1' }),
})
const at = (name: string) => rowAt(converted, `${PREFIX.replaceAll('__', '/')}${name}/profile_export_aiperf.json#1`)

test('a profile becomes the mean over its requests, with its load and percentiles', () => {
  expect(at('a')).toMatchObject({
    ts: '2025-12-18T00:00:00Z',
    model_ref: 'hf:google/gemma-3-12b-it',
    quantization: 'w4a16',
    gpu_name: 'NVIDIA GeForce RTX 5060 Ti 16GB',
    gpu_count: 2,
    tensor_parallel: 2,
    concurrency: 64,
    output_tps: 1248.867,
    requests: 500,
    tokens_out: 256,
    first_token_ms: 500,
    first_token_ms_p99: 900,
    decode_time_ms: 2550,
    inter_token_ms_p90: 12,
    total_time_ms: 3050,
  })
  expect(at('a')).not.toHaveProperty('power_w')
})

test('a failed request and LoRA adapters are counted, and the row kept', () => {
  expect(at('lora')).toMatchObject({ requests: 499, kv_cache_dtype: 'fp8' })
  expect(flawRows(converted, 'one of the 500')).toBe(1)
  expect(flawRows(converted, 'LoRA')).toBe(1)
})

test('a server that never became ready is an error without times', () => {
  const row = rowAt(converted, 'failed_benchmarks/rtx5060ti_1x/rag/b/metadata.json#1')
  expect(row).toMatchObject({ exit: 'error', first_token_ms: null, decode_time_ms: null, gpu_count: 1 })
})

test('a profile that its metadata contradicts, or that has none, is dropped', () => {
  expect(droppedRows(converted)).toEqual({ 'profile without metadata': 1, 'metadata says that the run failed': 1 })
})
