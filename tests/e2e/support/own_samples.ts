import type { APIRequestContext } from '@playwright/test'
import type { PublishedRow, Reference } from '../../../site/lib/my_numbers/reference.ts'

/** What the built site holds own samples against. */
export async function fetchReference(request: APIRequestContext): Promise<Reference> {
  const text = await (await request.get('/my-numbers/reference.js')).text()
  return JSON.parse(text.replace(/^export default /, '')) as Reference
}

/** A published single-stream row with a decode speed. */
export function pickRow({ rows }: Reference): PublishedRow {
  return rows.find(({ type, figures }) => type === 'single_stream' && (figures.decode_tps?.n ?? 0) > 1)!
}

/** A raw sample, as a gateway records it, of the row's configuration and at `factor` times its median speed. */
export function sampleOf(
  reference: Reference,
  row: PublishedRow,
  index: number,
  factor: number,
): Record<string, unknown> {
  const { names } = reference
  const tokens = 256
  const speed = row.figures.decode_tps!.p50 * factor
  return {
    ts: `${new Date().toISOString().slice(0, 19)}Z`,
    tenant_id: 'customer-of-mine',
    job_id: `job-${index}`,
    model_ref: names.models.find(({ slug }) => slug === row.model)!.id,
    engine: row.engine,
    engine_version: '1.2.3',
    gpu_name: names.gpus.find(({ id }) => id === row.gpu)!.name,
    vram_total_mb: null,
    vram_used_mb_peak: null,
    tokens_in: 512,
    tokens_out: tokens,
    first_token_ms: 321.123,
    decode_time_ms: ((tokens - 1) * 1000) / speed,
    exit: 'ok',
    gpu_count: row.gpuCount,
    measurement_type: row.type,
    ...(row.quantization === 'unknown' ? {} : { quantization: row.quantization }),
  }
}

export function toJsonl(samples: readonly unknown[]): string {
  return samples.map((sample) => `${typeof sample === 'string' ? sample : JSON.stringify(sample)}\n`).join('')
}
