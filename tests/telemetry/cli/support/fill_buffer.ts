import { join } from 'node:path'
import type { TelemetryEvent } from '../../../../contracts/index.ts'
import { openBuffer } from '../../../../telemetry/buffer/open_buffer.ts'
import { BufferConfig } from '../../../../telemetry/config/schema.ts'

/** A sample as the gateway records it. */
export function makeEvent(changes: Partial<TelemetryEvent> = {}): TelemetryEvent {
  return {
    ts: '2026-03-14T09:26:53.589Z',
    tenant_id: 'anon',
    job_id: 'job-1',
    model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
    engine: 'vllm',
    engine_version: '0.11.0',
    gpu_name: 'NVIDIA GeForce RTX 4090',
    vram_total_mb: 24564,
    vram_used_mb_peak: 20110,
    tokens_in: 1234,
    tokens_out: 567,
    first_token_ms: 43.219,
    decode_time_ms: 8123.456,
    exit: 'ok',
    streamed: true,
    ...changes,
  }
}

/** Where the samples of a home folder lie when no setting says otherwise. */
export function bufferOf({ HOME }: { HOME: string }): string {
  return join(HOME, '.local/state/orch/buffer')
}

/** Puts samples into a buffer, as a gateway does that then ends. */
export async function fillBuffer(dir: string, events: readonly TelemetryEvent[]): Promise<void> {
  const warnings: string[] = []
  const buffer = openBuffer({ ...BufferConfig.parse({}), dir }, { warn: (text) => warnings.push(text) })
  for (const event of events) buffer.append(event)
  await buffer.close(5000)
  if (warnings.length > 0) throw new Error(warnings.join('\n'))
}
