import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TelemetryEvent } from '../../../contracts/index.ts'
import { closedName, makeSegmentId } from '../../../telemetry/buffer/segment_name.ts'

/** As large as segments are by default. */
const SEGMENT_BYTES = 8_388_608
/** Any process but a living one. */
const OWNER = { pid: 1, start: '0', scope: '00000000' }

/** Fills a folder with segments as a gateway leaves them, `bytes` in all. Returns how many samples they hold. */
export function fillBuffer(dir: string, bytes: number): number {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lines = makeLines()
  const segments = Math.ceil(bytes / SEGMENT_BYTES)
  const begin_ms = Date.now() - segments * 1000
  const nameOf = (sequence: number) => {
    const id = makeSegmentId(sequence, begin_ms + sequence * 1000, OWNER, '00000000')
    return join(dir, closedName(id, lines.length))
  }
  writeFileSync(nameOf(1), lines.join(''), { mode: 0o600 })
  for (let sequence = 2; sequence <= segments; sequence++) copyFileSync(nameOf(1), nameOf(sequence))
  return segments * lines.length
}

function makeLines(): string[] {
  const lines: string[] = []
  for (let size = 0; size < SEGMENT_BYTES; size += lines.at(-1)!.length)
    lines.push(`${JSON.stringify(makeSample(lines.length))}\n`)
  lines.pop()
  return lines
}

function makeSample(i: number): TelemetryEvent {
  return {
    ts: new Date(Date.now() - 3_600_000 + i).toISOString(),
    tenant_id: 'anon',
    job_id: randomUUID(),
    model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
    engine: 'vllm',
    engine_version: '0.11.0',
    gpu_name: 'NVIDIA A100-SXM4-40GB',
    vram_total_mb: 40_536,
    vram_used_mb_peak: 18_234,
    tokens_in: 1024,
    tokens_out: 2048,
    first_token_ms: 420.318,
    decode_time_ms: 9876.204,
    exit: 'ok',
    schema_version: 1,
    measurement_type: 'batched_online',
    concurrency: 32,
    timing_source: 'gateway',
  }
}
