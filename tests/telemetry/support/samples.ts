import type { TelemetryEvent } from '../../../contracts/index.ts'

/** A valid sample, told from others by its job. */
export function makeSample(job_id: string, fields: Partial<TelemetryEvent> = {}): TelemetryEvent {
  return {
    ts: '2026-09-27T12:00:00.123Z',
    tenant_id: 'anon',
    job_id,
    model_ref: 'hf:org/repo',
    engine: 'vllm',
    engine_version: '0.5.2',
    gpu_name: 'NVIDIA A100-SXM4-40GB',
    vram_total_mb: 40_536,
    vram_used_mb_peak: 18_234,
    tokens_in: 1024,
    tokens_out: 2048,
    first_token_ms: 420.318,
    decode_time_ms: 9876.204,
    exit: 'ok',
    ...fields,
  }
}

export function makeSamples(count: number, prefix = 'job'): TelemetryEvent[] {
  return Array.from({ length: count }, (_, at) => makeSample(`${prefix}-${at}`))
}
