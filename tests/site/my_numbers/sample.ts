import type { TelemetryEvent } from '../../../contracts/index.ts'

/** A raw sample of a configuration that the small catalogue below knows. */
export const SAMPLE: TelemetryEvent = {
  ts: '2026-11-02T13:14:15Z',
  tenant_id: 'customer',
  job_id: 'job-1',
  model_ref: 'hf:org/repo',
  engine: 'vllm',
  engine_version: '0.5.2',
  gpu_name: 'Some GPU',
  vram_total_mb: 24_000,
  vram_used_mb_peak: 18_000,
  tokens_in: 1000,
  tokens_out: 101,
  first_token_ms: 400,
  decode_time_ms: 2000,
  exit: 'ok',
}

export const NAMES = {
  models: [
    {
      id: 'hf:org/repo',
      slug: 'org--repo',
      name: 'Repo',
      aliases: ['repo'],
      default_quantization: 'fp16',
      active_params_b: 8,
    },
  ],
  gpus: [{ id: 'some-gpu', name: 'Some GPU', aliases: [], bandwidth_ceiling_gbps: 1000 }],
  engines: [{ id: 'vllm', name: 'vLLM', aliases: [] }],
  quantizations: [{ id: 'fp16', aliases: [], bits_per_weight: 16 }],
}
