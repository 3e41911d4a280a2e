import { z } from 'zod'

/**
 * The primitive fields that every contract is built from: one place for character classes, bounds, units and words.
 *
 * Patterns are written in the common subset of JavaScript and RE2 (no look-around, no back-references, ASCII classes
 * only), because the pipeline runs the same patterns set-based inside DuckDB.
 */

/** What a field says about itself; carried into the JSON Schema and the column docs of the site. */
export interface FieldMeta {
  title: string
  description: string
  /** Unit symbol where the field is a quantity: `ms`, `MB`, `tokens`, `W`, `1`. */
  unit?: string
}

/** Upper bounds: generous for real hardware, tight enough that absurd magnitudes are rejected. */
export const LIMITS = {
  /** Seven days in milliseconds: no single task runs longer. */
  duration_ms: 604_800_000,
  /** One hundred million tokens in one task. */
  tokens: 100_000_000,
  /** 16 TiB of accelerator memory in one machine. */
  vram_mb: 16_777_216,
  gpu_count: 4096,
  concurrency: 1_000_000,
  power_w: 1_000_000,
  runs: 1_000_000,
  usd_per_hour: 100_000,
  /** Ten million tokens per second out of one deployment. */
  output_tps: 10_000_000,
  requests_per_second: 1_000_000,
} as const

export const PATTERNS = {
  /** `hf:org/repo`, `hf:org/repo/file`, or a bare name such as `llama3.1:8b`; never a path. */
  model_ref:
    '^(hf:[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,127})?|[A-Za-z0-9][A-Za-z0-9._:+-]{0,127})$',
  engine: '^[a-z0-9][a-z0-9._-]{0,31}$',
  engine_version: '^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$',
  /** A slash only between blanks (`Radeon 840M / 860M Graphics`), so that no path fits. */
  gpu_name: '^[A-Za-z0-9][A-Za-z0-9 ()+.@_-]{0,63}( / [A-Za-z0-9][A-Za-z0-9 ()+.@_-]{0,31})?$',
  quantization: '^[A-Za-z0-9][A-Za-z0-9._+-]{0,31}$',
  driver_version: '^[A-Za-z0-9][A-Za-z0-9._+-]{0,31}$',
  error_code: '^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$',
  tenant_id: '^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}$',
  job_id: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$',
  anonymous_tenant_id: '^anon(:[0-9a-f]{8,64})?$',
  anonymous_job_id: '^[0-9a-f]{16,64}$',
  host_id: '^[0-9a-f]{8,64}$',
  timestamp:
    '^20[2-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$',
  day: '^20[2-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T00:00:00Z$',
  month: '^20[2-9][0-9]-(0[1-9]|1[0-2])$',
  date: '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
  /** A folder or catalogue id: also what URLs and file names are made of. */
  slug: '^[a-z0-9][a-z0-9.-]{0,95}$',
  /** The slugs that a matrix_id is made of. Shorter, so that it can be the name of a file: file systems take 255 bytes. */
  model_slug: '^[a-z0-9][a-z0-9.-]{0,79}$',
  gpu_id: '^[a-z0-9][a-z0-9.-]{0,47}$',
  source_id: '^[a-z0-9][a-z0-9.-]{0,31}$',
  /** A machine, told apart from the others of its source only. */
  machine: '^[a-z0-9][a-z0-9.-]{0,31}$',
  /** The file inside the source and the row in it, `file#row` or `file#row.repetition`, counted from 1. */
  origin: '^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}(/[A-Za-z0-9][A-Za-z0-9._+-]{0,127}){0,4}#[0-9]{1,9}([.][0-9]{1,6})?$',
} as const

/** A string that must match `PATTERNS[name]` in full. */
export function text(name: keyof typeof PATTERNS, meta: FieldMeta) {
  return z
    .string()
    .regex(new RegExp(PATTERNS[name]))
    .meta({ ...meta })
}

/** A whole number from `min` to `max`. */
export function count(min: number, max: number, meta: FieldMeta) {
  return z
    .int()
    .min(min)
    .max(max)
    .meta({ ...meta })
}

/** A finite number from 0 to `max`. */
export function quantity(max: number, meta: FieldMeta) {
  return z
    .number()
    .min(0)
    .max(max)
    .meta({ ...meta })
}

export const EXITS = ['ok', 'cancel', 'error', 'reject'] as const
export const MEASUREMENT_TYPES = ['single_stream', 'batched_online', 'batched_offline'] as const
export const TIMING_SOURCES = ['gateway', 'engine', 'client'] as const
/** What an engine computes with, for engines that are built for several. */
// biome-ignore format: a list of words
export const ENGINE_BACKENDS = ['cuda', 'rocm', 'vulkan', 'metal', 'sycl', 'opencl', 'openvino', 'cann', 'hpu', 'tpu', 'musa', 'cpu'] as const
/** Types of the KV cache in the engines' own names; `mixed` if keys and values differ. */
// biome-ignore format: a list of words
export const KV_CACHE_DTYPES = ['f32', 'f16', 'bf16', 'fp8', 'fp8_e4m3', 'fp8_e5m2', 'int8', 'q8_0', 'q5_1', 'q5_0', 'q4_1', 'q4_0', 'iq4_nl', 'int4', 'nvfp4', 'mixed'] as const
/** Ways of speculative decoding, as vLLM and SGLang tell them apart. */
// biome-ignore format: a list of words
export const SPECULATIVE_METHODS = ['draft_model', 'ngram', 'suffix', 'eagle', 'eagle3', 'medusa', 'mtp', 'lookahead', 'other'] as const
export type Exit = (typeof EXITS)[number]
export type MeasurementType = (typeof MEASUREMENT_TYPES)[number]
export type TimingSource = (typeof TIMING_SOURCES)[number]

export const exit = z.enum(EXITS).meta({
  title: 'Exit',
  description:
    'How the task ended: ok, cancel (the client went away), error (the engine failed), reject (it was not admitted).',
})
export const measurementType = z.enum(MEASUREMENT_TYPES).meta({
  title: 'Measurement type',
  description:
    'single_stream: one request alone on the engine; batched_online: requests arriving while others run; batched_offline: a fixed batch. Never mixed in one figure.',
})
export const modelRef = text('model_ref', {
  title: 'Model reference',
  description: 'The model as the engine names it: hf:org/repo, hf:org/repo/file or a bare name. Never a path.',
})
export const engine = text('engine', {
  title: 'Engine',
  description: 'The inference engine in lower case, for example vllm, llama.cpp, sglang.',
})
export const engineVersion = text('engine_version', {
  title: 'Engine version',
  description: 'The version the engine reports, `unknown` where it reports none.',
})
export const gpuName = text('gpu_name', {
  title: 'GPU name',
  description: 'The accelerator as its driver names it (NVML or adapter properties).',
})
export const gpuCount = count(1, LIMITS.gpu_count, {
  title: 'GPU count',
  description: 'How many such accelerators served the task.',
  unit: '1',
})
export const quantization = text('quantization', {
  title: 'Precision',
  description: 'The precision of the weights, for example Q4_K_M, fp8, awq-int4.',
})
export const vramTotalMb = count(0, LIMITS.vram_mb, {
  title: 'Memory, total',
  description: 'Accelerator memory over all GPUs of the task; null where the host cannot tell.',
  unit: 'MB',
})
export const vramUsedMbPeak = count(0, LIMITS.vram_mb, {
  title: 'Memory, peak use',
  description: 'Highest accelerator memory in use during the task; null where the host cannot tell.',
  unit: 'MB',
})
export const tokensIn = count(0, LIMITS.tokens, {
  title: 'Prompt tokens',
  description: 'Tokens of the prompt, cached ones included; 0 where they are not known.',
  unit: 'tokens',
})
export const tokensOut = count(0, LIMITS.tokens, {
  title: 'Generated tokens',
  description: 'Tokens that the task produced.',
  unit: 'tokens',
})
export const firstTokenMs = quantity(LIMITS.duration_ms, {
  title: 'First token',
  description: 'Request accepted to first non-empty token, queueing included.',
  unit: 'ms',
})
export const decodeTimeMs = quantity(LIMITS.duration_ms, {
  title: 'Decode time',
  description: 'First token to last token.',
  unit: 'ms',
})
export const concurrency = count(1, LIMITS.concurrency, {
  title: 'Concurrency',
  description: 'Requests in flight on the engine at the time, this one included; the batch size where batched offline.',
  unit: '1',
})
export const speculative = z.boolean().meta({
  title: 'Speculative',
  description: 'Whether speculative decoding or multi-token prediction was on.',
})

const degree = (what: string) =>
  count(1, LIMITS.gpu_count, {
    title: `${what} parallelism`,
    description: `Degree of ${what.toLowerCase()} parallelism.`,
    unit: '1',
  }).optional()

/** How the engine was launched, as far as a source tells. Closed vocabularies, all additive. */
export const launchFields = {
  weights_mb: quantity(LIMITS.vram_mb, {
    title: 'Weights',
    description: "Size of the model's weights as they were loaded, all GPUs together.",
    unit: 'MB',
  }).optional(),
  kv_cache_dtype: z
    .enum(KV_CACHE_DTYPES)
    .optional()
    .meta({ title: 'KV cache type', description: 'Type of the KV cache; `mixed` if keys and values differ.' }),
  engine_backend: z
    .enum(ENGINE_BACKENDS)
    .optional()
    .meta({ title: 'Engine backend', description: 'What the engine computes with, for example cuda, rocm, vulkan.' }),
  speculative_method: z
    .enum(SPECULATIVE_METHODS)
    .optional()
    .meta({ title: 'Speculative method', description: 'Which way of speculative decoding was on.' }),
  tensor_parallel: degree('Tensor'),
  pipeline_parallel: degree('Pipeline'),
  data_parallel: degree('Data'),
  expert_parallel: degree('Expert'),
}

export const outputTps = quantity(LIMITS.output_tps, {
  title: 'Output throughput',
  description:
    'Output tokens per second of all streams of the deployment: between the first and the last token of this task (gateway), or over the run (benchmark).',
  unit: 'tokens/s',
})
export const pieces = count(1, LIMITS.tokens, {
  title: 'Pieces',
  description: 'In how many pieces the answer came. Few pieces say little of decode speed, unless the engine timed it.',
  unit: '1',
})
