import { expect, test } from 'vitest'
import { dgxSpark } from '../../curate/dgx-spark-devreng.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'

const meta = (model: string, profile: string, extra: string) =>
  JSON.stringify({
    profile,
    model,
    vllm_version_reported: '0.26.0',
    server_config: { kv_cache_dtype: 'fp8', extra_vllm_args: extra },
    generated_at: '2026-08-06T08:12:07+02:00',
  })
const page = (suffix: string, rate: number) => `
| model |                test |      t/s (total) |       t/s (req) | e2e_ttft (ms) |
|:------|--------------------:|-----------------:|----------------:|--------------:|
| m     |  pp1024${suffix} (c1) |  2014.6 ± 372.58 | 2014.6 ± 372.58 | 500.0 ± 95.51 |
| m     |   tg513${suffix} (c1) |     99.0 ± 0.03 |  ${rate}.0 ± 0.03 |               |
| m     |  pp1024${suffix} (c5) |  4262.37 ± 58.72 | 1505.5 ± 1088.2 | 900.0 ± 280.8 |
| m     |   tg513${suffix} (c5) |     52.22 ± 3.90 |    16.0 ± 1.13 |               |
`
const sweep = (changes: object) =>
  JSON.stringify({
    date: '20260807-074423',
    request_rate: 0.5,
    max_concurrency: 25,
    duration: 100,
    completed: 200,
    failed: 0,
    total_input_tokens: 20_000,
    total_output_tokens: 20_200,
    output_throughput: 202,
    mean_ttft_ms: 500,
    mean_tpot_ms: 10,
    mean_e2el_ms: 1500,
    ...changes,
  })
const GEMMA = 'gemma-4__gemma__nvfp4-v23__'
const MINISTRAL = 'ministral__ministral__bf16__'
const converted = convertFiles(dgxSpark, {
  [`${GEMMA}meta.json`]: meta('nvidia/Gemma-4-26B-A4B-NVFP4', 'nvfp4-v23', '--moe-backend marlin'),
  [`${GEMMA}01-chat.md`]: page('', 32),
  [`${GEMMA}01-telemetry.csv`]: 'elapsed_s,power_w\n10,70\n',
  [`${GEMMA}04-multi-turn.md`]: page(' @ d4', 32),
  [`${GEMMA}07-office-baseline.json`]: sweep({}),
  [`${GEMMA}07-telemetry.csv`]: 'elapsed_s,power_w\n10,70\n20,90\n',
  [`${GEMMA}08-sharegpt.json`]: sweep({ failed: 1 }),
  [`${GEMMA}10-monday-peak.json`]: sweep({ failed: 100 }),
  [`${GEMMA}11-rate-sweep.json`]: '{}',
  [`${GEMMA}11-rate-sweep-0.5.json`]: sweep({}),
  [`${MINISTRAL}meta.json`]: meta(
    'mistralai/Ministral-3-8B-Instruct-2512',
    'bf16',
    '--speculative_config {"method":"mtp","num_speculative_tokens":3}',
  ),
  [`${MINISTRAL}01-chat.md`]: page('', 32),
})
const at = (name: string, row: number) => rowAt(converted, `results/${name.replaceAll('__', '/')}#${row}`)

test('a line of generation takes its first token from the line of its prompt', () => {
  expect(at(`${GEMMA}01-chat.md`, 2)).toMatchObject({
    ts: '2026-08-06T00:00:00Z',
    model_ref: 'hf:google/gemma-4-26B-A4B-it',
    quantization: 'nvfp4',
    kv_cache_dtype: 'fp8',
    tokens_in: 1024,
    tokens_out: 513,
    first_token_ms: 500,
    decode_time_ms: 16_000,
    concurrency: 1,
    measurement_type: 'single_stream',
    runs: 3,
  })
  expect(at(`${GEMMA}01-chat.md`, 4)).toMatchObject({
    first_token_ms: 900,
    decode_time_ms: 32_000,
    concurrency: 5,
    measurement_type: 'batched_online',
  })
})

test('the option --depth 4 is four tokens of context', () => {
  expect(at(`${GEMMA}04-multi-turn.md`, 2).tokens_in).toBe(1028)
  expect(flawRows(converted, 'no conversation')).toBe(2)
})

test('an open loop has the mean in flight as its concurrency, whatever its limit, and its own power', () => {
  expect(at(`${GEMMA}07-office-baseline.json`, 1)).toMatchObject({
    ts: '2026-08-07T00:00:00Z',
    concurrency: 3,
    request_rate: 0.5,
    output_tps: 202,
    requests: 200,
    total_time_ms: 1500,
    power_w: 80,
  })
})

test('a power log over several loads is no power of one', () => {
  expect(at(`${GEMMA}01-chat.md`, 2)).not.toHaveProperty('power_w')
  expect(at(`${GEMMA}11-rate-sweep-0.5.json`, 1)).not.toHaveProperty('power_w')
})

test('one failed request is told; a run that lost a third is dropped; the summary of the sweep is not read', () => {
  expect(at(`${GEMMA}08-sharegpt.json`, 1).requests).toBe(200)
  expect(flawRows(converted, 'requests failed')).toBe(2)
  expect(droppedRows(converted)).toEqual({
    'many requests failed, so the means are those of the survivors': 1,
  })
  expect(flawRows(converted, 'summary of the rate sweep')).toBe(1)
})

test('a label that the repository contradicts is corrected, and drafting is told', () => {
  expect(at(`${MINISTRAL}01-chat.md`, 2)).toMatchObject({ quantization: 'fp8', speculative_method: 'mtp' })
  expect(flawRows(converted, 'labelled bf16')).toBe(2)
  expect(flawRows(converted, 'Marlin')).toBe(7)
})
