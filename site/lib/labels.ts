import type { MEASUREMENT_TYPES as CONTRACT_TYPES } from '../../contracts/fields.ts'
import { CONCURRENCY_BUCKET_TITLES, type ConcurrencyBucket } from '../../contracts/load.ts'
import { PROMPT_BUCKET_TITLES, PROMPT_BUCKETS, type PromptBucket } from '../../contracts/metrics.ts'
import type { KINDS as CONTRACT_KINDS } from '../../contracts/tables.ts'

export type MeasurementType = (typeof CONTRACT_TYPES)[number]
export type Kind = (typeof CONTRACT_KINDS)[number]

export const SITE_NAME = 'orch matrix'

/**
 * The words of the site, one for each thing: controls, tables, headlines, notes and API texts take them from here.
 * A load is a number of users (`one user`, `9 – 16 users`); weights have a precision.
 */
export const TERMS = {
  users: 'Users',
  precision: 'Precision',
  gpuCount: 'GPUs',
  engine: 'Engine',
  promptTokens: 'Prompt tokens',
  outputTokens: 'Output tokens',
  throughput: 'Throughput',
  speed: 'Speed',
} as const

export const MEASUREMENT_LABELS: Record<MeasurementType, { title: string; meaning: string }> = {
  single_stream: { title: 'One user', meaning: 'one request at a time, with the GPUs to itself' },
  batched_online: {
    title: 'Several users',
    meaning: 'requests that arrive while others run: the speed of each one under load',
  },
  batched_offline: { title: 'Offline batch', meaning: 'a fixed batch of requests that start together' },
}

/** `9 – 16 users`. */
export function formatUsers(bucket: ConcurrencyBucket): string {
  if (bucket === 'any') return 'any number of users'
  if (bucket === 'unknown') return 'number of users not stated'
  return bucket === '1' ? 'one user' : `${CONCURRENCY_BUCKET_TITLES[bucket]} users`
}

/**
 * How a figure was measured, with its load: `one user`, `9 – 16 users`, `offline batch, 9 – 16 users`. Requests that arrive at a rate may be one at
 * a time on average without each having had the GPUs to itself: `one user on average`.
 */
export function formatLoad(type: MeasurementType, bucket: ConcurrencyBucket): string {
  if (type === 'single_stream') return 'one user'
  if (type === 'batched_offline') return `offline batch, ${formatUsers(bucket)}`
  return bucket === '1' ? 'one user on average' : formatUsers(bucket)
}

/** The precision of a model's weights; says so if the source does not state it. */
export function formatPrecision(quantization: string): string {
  return quantization === 'unknown' ? 'precision not stated' : quantization
}

const BACKEND_TITLES: Record<string, string> = {
  rocm: 'ROCm',
  vulkan: 'Vulkan',
  metal: 'Metal',
  opencl: 'OpenCL',
  openvino: 'OpenVINO',
}

/** An engine with its backend, where that is known: `llama.cpp (Vulkan)`. */
export function formatEngine(name: string, backend: string): string {
  const isKnown = backend !== 'unknown' && backend !== 'any'
  return isKnown ? `${name} (${BACKEND_TITLES[backend] ?? backend.toUpperCase()})` : name
}

/** Each kind has a glyph, a word and a line style, so that kinds do not differ by colour alone. */
export const KIND_LABELS: Record<Kind, { glyph: string; title: string; meaning: string }> = {
  curated: { glyph: '◇', title: 'curated', meaning: 'a published benchmark, with its own n and source' },
  community: {
    glyph: '●',
    title: 'community',
    meaning: 'shared by operators who opted in, several contributors per figure',
  },
}

/** The enumerations of the contract, derived from the records above: importing the schemas would ship zod to the browser. */
export const MEASUREMENT_TYPES = Object.keys(MEASUREMENT_LABELS) as MeasurementType[]
export const KINDS = Object.keys(KIND_LABELS) as Kind[]

/** `le128 le2k` → `≤ 128, 513 – 2,048 tokens`. */
export function formatPromptSizes(buckets: string): string {
  const known = PROMPT_BUCKETS.filter((bucket) => buckets.split(' ').includes(bucket))
  return known.map((bucket: PromptBucket) => PROMPT_BUCKET_TITLES[bucket]).join('; ')
}

/** `2024-11` or `2024-11 to 2025-03`. */
export function formatMonths(first: string, last: string): string {
  return first === last ? first : `${first} to ${last}`
}

/** `1 GPU`, `8 GPUs`. */
export function formatGpuCount(count: number): string {
  return count === 1 ? '1 GPU' : `${count} GPUs`
}

/** Short labels of the prompt sizes for the axis of a chart; unknown sizes are not drawn. */
export const SHORT_SIZES: Partial<Record<PromptBucket, string>> = {
  le128: '≤ 128',
  le512: '≤ 512',
  le2k: '≤ 2k',
  le8k: '≤ 8k',
  le32k: '≤ 32k',
  gt32k: '> 32k',
}
