import { createHash } from 'node:crypto'
import { type AnonymizedExport, type BenchmarkRun, PATTERNS } from '../../contracts/index.ts'

const OPAQUE = /^[0-9a-f]{16,64}#/
const HOST = new RegExp(PATTERNS.host_id)

/** Whether a line is meant as a benchmark run: only runs have an origin. */
export function isRun(text: string): boolean {
  return /"origin"\s*:/.test(text)
}

/**
 * A contributed run as one sample that has its means: it counts as one observation of its contributor, under the thresholds of samples. Its
 * percentiles and its throughput are not of one task and do not count. Null if the run has no day, or an origin that is not opaque.
 */
export function sampleOfRun(run: BenchmarkRun): AnonymizedExport | null {
  if (run.ts === null || !OPAQUE.test(run.origin)) return null
  return {
    ts: run.ts,
    tenant_id: 'anon',
    job_id: createHash('sha256').update(run.origin).digest('hex').slice(0, 32),
    model_ref: run.model_ref,
    engine: run.engine,
    engine_version: run.engine_version,
    gpu_name: run.gpu_name,
    vram_total_mb: run.vram_total_mb,
    vram_used_mb_peak: run.vram_used_mb_peak,
    tokens_in: run.tokens_in ?? 0,
    tokens_out: run.tokens_out ?? 0,
    first_token_ms: run.first_token_ms,
    decode_time_ms: run.decode_time_ms,
    exit: run.exit,
    gpu_count: run.gpu_count,
    measurement_type: run.measurement_type,
    ...(run.concurrency !== null && { concurrency: run.concurrency }),
    ...(run.quantization !== null && { quantization: run.quantization }),
    ...(run.speculative !== undefined && { speculative: run.speculative }),
    ...(run.weights_mb !== undefined && { weights_mb: run.weights_mb }),
    ...(run.machine !== undefined && HOST.test(run.machine) && { host_id: run.machine }),
    timing_source: 'client',
  }
}
