/** Accepted lines of one contributor that are alike in everything that the published tables tell apart. */
export interface Stratum {
  contributor: string
  /** The machine; empty where a sample does not name it. */
  host: string
  model_id: string
  model_slug: string
  quantization: string
  gpu_id: string
  gpu_count: number
  engine: string
  engine_version: string
  measurement_type: string
  concurrency_bucket: string
  engine_backend: string
  prompt_bucket: string
  month: string
  exit: string
  /** Whether first_token_ms is the time of a first token on a loaded model. */
  first_token_counts: boolean
  /** Whether tokens_out is the engine's own count. */
  tokens_count: boolean
  lines: number
  /** Bins and their counts, one after the other, in order of the bins: see BinCounter. */
  pairs: Int32Array
}

/** What tells a stratum from others. */
// biome-ignore format: a list of words
export const STRATUM_KEYS = [
  'contributor', 'host', 'model_id', 'model_slug', 'quantization', 'gpu_id', 'gpu_count', 'engine', 'engine_version', 'measurement_type',
  'concurrency_bucket', 'engine_backend', 'prompt_bucket', 'month', 'exit', 'first_token_counts', 'tokens_count',
] as const satisfies (keyof Stratum)[]
export type Identity = Pick<Stratum, (typeof STRATUM_KEYS)[number]>
