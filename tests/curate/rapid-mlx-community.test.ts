import { expect, test } from 'vitest'
import { rapidMlx } from '../../curate/rapid-mlx-community.ts'
import { convertFiles, flawRows, rowAt } from './fixture.ts'

const FILE = '20260615-apple-m3-ultra-x.json'
const converted = convertFiles(rapidMlx, {
  [FILE]: JSON.stringify({
    submitted_at: '2026-06-15T21:29:03+00:00',
    hardware: { chip: 'Apple M3 Ultra', ram_gb: 256, gpu_cores: 60 },
    software: { rapid_mlx: '0.7.9' },
    model: { hf_path: 'mlx-community/Meta-Llama-3.1-8B-Instruct-4bit' },
    config: {
      buckets_spec: { short: { prompt_tokens: 512, max_tokens: 128 }, long: { prompt_tokens: 2048, max_tokens: 513 } },
    },
    buckets: {
      short: { rounds_raw: [{ decode_tps: 127, ttft_ms: 400 }] },
      long: {
        rounds_raw: [
          { decode_tps: 128, ttft_ms: 900 },
          { decode_tps: 64, ttft_ms: 901.5 },
        ],
      },
    },
    peak_ram_mb: 5260,
  }),
  'schema.json': '{}',
})

test('every round is a row with the lengths of its bucket', () => {
  expect(rowAt(converted, `community-benchmarks/${FILE}#1.1`)).toMatchObject({
    ts: '2026-06-15T00:00:00Z',
    model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
    quantization: 'mlx-4bit',
    engine: 'rapid-mlx',
    engine_version: '0.7.9',
    tokens_in: 512,
    tokens_out: 128,
    first_token_ms: 400,
    decode_time_ms: 1000,
    vram_total_mb: 262_144,
    vram_used_mb_peak: 5260,
  })
  expect(rowAt(converted, `community-benchmarks/${FILE}#2.2`)).toMatchObject({ tokens_in: 2048, decode_time_ms: 8000 })
})

test('the cores of the GPU, which the name of the chip hides, are in the machine', () => {
  expect(rowAt(converted, `community-benchmarks/${FILE}#1.1`).machine).toBe('m3-ultra-60gpu-256gb')
  expect(flawRows(converted, 'GPU cores')).toBe(3)
})
