import { BenchmarkRun } from '../../contracts/index.ts'

const KEYS = Object.keys(BenchmarkRun.shape) as (keyof BenchmarkRun)[]

/** The fields that every row of a source states; the others default to null, one GPU, one run, exit ok. */
export type RowInput = Partial<BenchmarkRun> &
  Pick<BenchmarkRun, 'origin' | 'model_ref' | 'engine' | 'engine_version' | 'gpu_name' | 'measurement_type'>

/**
 * A curated row with its keys in the order of the contract, milliseconds, watts, megabytes and rates rounded to a thousandth. Throws with
 * the origin if the row does not fit the contract.
 */
export function curatedRow(input: RowInput): BenchmarkRun {
  const defaults: Partial<BenchmarkRun> = {
    ts: null,
    gpu_count: 1,
    vram_total_mb: null,
    vram_used_mb_peak: null,
    tokens_in: null,
    tokens_out: null,
    first_token_ms: null,
    decode_time_ms: null,
    total_time_ms: null,
    exit: 'ok',
    concurrency: input.measurement_type === 'single_stream' ? 1 : null,
    quantization: null,
    runs: 1,
  }
  const merged: Record<string, unknown> = { ...defaults, ...input }
  const row = Object.fromEntries(
    KEYS.filter((key) => merged[key] !== undefined).map((key) => [key, rounded(key, merged[key])]),
  )
  const result = BenchmarkRun.safeParse(row)
  if (!result.success) throw new Error(`${input.origin}: not a BenchmarkRun: ${result.error.message}`)
  return row as BenchmarkRun
}

function rounded(key: string, value: unknown): unknown {
  const isQuantity = /_ms(_p\d+)?$|_tps$/.test(key) || key === 'power_w' || key === 'weights_mb'
  return isQuantity && typeof value === 'number' ? Math.round(value * 1000) / 1000 : value
}
