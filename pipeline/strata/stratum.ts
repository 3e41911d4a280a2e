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
  prompt_bucket: string
  month: string
  exit: string
  /** Whether first_token_ms is the time of a first token on a loaded model. */
  first_token_counts: boolean
  /** Whether tokens_out is the engine's own count. */
  tokens_count: boolean
  lines: number
  /** Count by bin: see BinCounter. */
  bins: Map<number, number>
}
