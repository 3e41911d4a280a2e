import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { ABOUT, FLAWS } from './consumer_blackwell/about.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { dayOf } from './lib/day.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'

const HELP = `
Usage: node curate/consumer-blackwell.ts <raw-folder> [--out data]

Converts the AIPerf profiles of github.com/hholtmann/llm-consumer-gpu-benchmark: one row per run. The raw folder holds the files
of research_results/ with "/" in their paths replaced by "__". Writes curated/consumer-blackwell/runs.jsonl and source.json.
`

const GPUS: Record<string, string> = {
  'RTX 5060 Ti': 'nvidia-rtx-5060-ti-16gb',
  'RTX 5070 Ti': 'nvidia-rtx-5070-ti',
  'RTX 5090': 'nvidia-rtx-5090',
}
const PROFILE = '__profile_export_aiperf.json'
const METADATA = '__metadata.json'

/** The statistics of one quantity in an AIPerf profile. */
interface Statistics {
  avg: number
  p50?: number
  p90?: number
  p95?: number
  p99?: number
}

/** The keys of a profile that are read; times in milliseconds. */
interface Profile {
  request_latency: Statistics
  time_to_first_token: Statistics
  inter_token_latency: Statistics
  input_sequence_length: Statistics
  output_sequence_length: Statistics
  output_token_throughput: Statistics
  request_count: Statistics
  error_request_count: Statistics | null
}

interface Metadata {
  benchmark_name: string
  model: string
  timestamp: string
  gpu: string
  status: string
  vllm_config: { enable_lora?: boolean; tensor_parallel_size?: number; kv_cache_dtype?: string }
  aiperf_config: { concurrency: number; synthetic_input_tokens_mean: number; output_tokens_mean: number }
  used_fp8_kv_cache?: boolean
}

/** The converter of the consumer Blackwell benchmarks. */
export const consumerBlackwell: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const names = readdirSync(raw).sort()
  const failed = names.filter((name) => name.startsWith('failed_benchmarks__') && name.endsWith(METADATA))
  const profiles = names.filter((name) => name.endsWith(PROFILE))
  return {
    'runs.jsonl': [
      ...failed.map((name) => failedRow(raw, name, catalogue, log)),
      ...profiles.flatMap((name) => profileRow(raw, name, catalogue, log) ?? []),
    ],
  }
}

function failedRow(raw: string, name: string, catalogue: Catalogue, log: ConversionLog): BenchmarkRun {
  log.countFlaw('failed')
  const metadata = readJson<Metadata>(join(raw, name))
  const { synthetic_input_tokens_mean: tokens_in, output_tokens_mean: tokens_out } = metadata.aiperf_config
  return curatedRow({
    ...sharedFields(metadata, catalogue),
    origin: originOf(name),
    tokens_in,
    tokens_out,
    exit: 'error',
  })
}

function profileRow(raw: string, name: string, catalogue: Catalogue, log: ConversionLog): BenchmarkRun | null {
  const path = join(raw, name.replace(PROFILE, METADATA))
  const metadata = existsSync(path) ? readJson<Metadata>(path) : null
  if (metadata === null || metadata.status !== 'success') {
    log.countFlaw('contradictory')
    log.drop(metadata === null ? 'profile without metadata' : 'metadata says that the run failed', originOf(name))
    return null
  }
  const profile = readJson<Profile>(join(raw, name))
  if (metadata.vllm_config.enable_lora) log.countFlaw('lora')
  if (profile.error_request_count !== null) log.countFlaw('requestError')
  return curatedRow({ ...sharedFields(metadata, catalogue), origin: originOf(name), ...figuresOf(profile) })
}

function sharedFields(metadata: Metadata, catalogue: Catalogue) {
  const [, gpu = '', count] = /^(.*) x(\d+)$/.exec(metadata.gpu) ?? []
  const format = /nvfp4|w4a16|mxfp4|bf16/.exec(metadata.benchmark_name)?.[0] ?? ''
  const { tensor_parallel_size: tensor_parallel, kv_cache_dtype } = metadata.vllm_config
  const hasFp8Cache = metadata.used_fp8_kv_cache === true || kv_cache_dtype === 'fp8'
  return {
    ts: dayOf(metadata.timestamp),
    model_ref: catalogue.repository(metadata.model, 'vllm').model_ref,
    engine: 'vllm',
    engine_version: '0.12.0',
    gpu_name: gpuNameOf(catalogue, GPUS[gpu] ?? gpu),
    gpu_count: Number(count),
    measurement_type: 'batched_online' as const,
    concurrency: metadata.aiperf_config.concurrency,
    quantization: catalogue.quantization(format)?.id ?? null,
    tensor_parallel,
    kv_cache_dtype: hasFp8Cache ? ('fp8' as const) : undefined,
  }
}

function figuresOf(profile: Profile) {
  const tokens_out = Math.round(profile.output_sequence_length.avg)
  return {
    tokens_in: Math.round(profile.input_sequence_length.avg),
    tokens_out,
    first_token_ms: profile.time_to_first_token.avg,
    decode_time_ms: profile.inter_token_latency.avg * (tokens_out - 1),
    total_time_ms: profile.request_latency.avg,
    output_tps: profile.output_token_throughput.avg,
    requests: profile.request_count.avg,
    ...percentilesOf(profile.time_to_first_token, 'first_token'),
    ...percentilesOf(profile.inter_token_latency, 'inter_token'),
  }
}

function percentilesOf(statistics: Statistics, name: string): Record<string, number | undefined> {
  const ps = ['p50', 'p90', 'p95', 'p99'] as const
  return Object.fromEntries(ps.map((p) => [`${name}_ms_${p}`, statistics[p]]))
}

function originOf(name: string): string {
  return `${name.replaceAll('__', '/')}#1`
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

if (import.meta.main) runConverter(consumerBlackwell, HELP)
