import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './ml_energy/about.ts'

const HELP = `
Usage: node curate/ml-energy.ts <raw-folder> [--out data]

Converts public/data/tasks/*.json of github.com/ml-energy/leaderboard: one row per configuration of a text task. The raw folder
holds the files as tasks__<task>.json. Writes curated/ml-energy/<task>.jsonl and source.json.
`

const TEXT_TASKS = ['lm-arena-chat', 'gpqa', 'sourcegraph-fim']
const MEDIA_TASKS = ['image-chat', 'video-chat']
const GPUS: Record<string, string> = { H100: 'nvidia-h100-sxm5-80gb', B200: 'nvidia-b200-180gb' }
const HOST_BOUND = /\/(Qwen3-(8B|14B|32B|30B-A3B-Thinking-2507)|NVIDIA-Nemotron-Nano-(9B|12B)-v2)$/

interface Configuration {
  model_id: string
  gpu_model: string
  num_gpus: number
  max_num_seqs: number
  avg_batch_size: number
  avg_output_len: number
  output_throughput_tokens_per_sec: number
  median_itl_ms: number
  p90_itl_ms: number
  p95_itl_ms: number
  p99_itl_ms: number
  avg_power_watts: number
  weight_precision: string
  tensor_parallel: number
  data_parallel: number
  expert_parallel: number
}

/** The converter of the ML.ENERGY leaderboard. */
export const mlEnergy: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const read = (task: string): Configuration[] =>
    (JSON.parse(readFileSync(join(raw, `tasks__${task}.json`), 'utf8')) as { configurations: Configuration[] })
      .configurations
  for (const task of MEDIA_TASKS) {
    const { length } = read(task)
    log.countFlaw('media', length)
    log.drop('prompts with images or video', `${originOf(task)}#1`, length)
  }
  const convertTask = (task: string) =>
    read(task).flatMap(
      (found, index) => convertOne(found, task, `${originOf(task)}#${index + 1}`, catalogue, log) ?? [],
    )
  return Object.fromEntries(TEXT_TASKS.map((task) => [`${task}.jsonl`, convertTask(task)]))
}

function originOf(task: string): string {
  return `public/data/tasks/${task}.json`
}

function convertOne(found: Configuration, task: string, origin: string, catalogue: Catalogue, log: ConversionLog) {
  const flaw = flawOf(found, task)
  if (flaw !== null) {
    log.countFlaw(flaw)
    log.drop('bound by something other than the GPU', origin)
    return null
  }
  const { median_itl_ms, p90_itl_ms, p95_itl_ms, p99_itl_ms } = found
  const tokens_out = Math.round(found.avg_output_len)
  return curatedRow({
    ...namesOf(found, catalogue),
    origin,
    gpu_count: found.num_gpus,
    tokens_out,
    decode_time_ms: median_itl_ms * (tokens_out - 1),
    measurement_type: 'batched_online',
    concurrency: Math.max(1, Math.round(found.avg_batch_size)),
    output_tps: found.output_throughput_tokens_per_sec,
    inter_token_ms_p50: median_itl_ms,
    inter_token_ms_p90: p90_itl_ms,
    inter_token_ms_p95: p95_itl_ms,
    inter_token_ms_p99: p99_itl_ms,
    power_w: found.avg_power_watts,
  })
}

function flawOf({ model_id, gpu_model, num_gpus, max_num_seqs }: Configuration, task: string): string | null {
  if (gpu_model !== 'B200' || num_gpus !== 1) return null
  if (task === 'gpqa' && HOST_BOUND.test(model_id)) return 'hostBound'
  return model_id.endsWith('/Llama-3.1-8B-Instruct') && max_num_seqs === 128 ? 'slump' : null
}

function namesOf(found: Configuration, catalogue: Catalogue) {
  const many = (degree: number) => (degree > 1 ? degree : undefined)
  return {
    model_ref: catalogue.repository(found.model_id, 'vllm').model_ref,
    quantization: found.weight_precision === 'bfloat16' ? 'bf16' : found.weight_precision,
    engine: 'vllm',
    engine_version: 'unknown',
    gpu_name: gpuNameOf(catalogue, GPUS[found.gpu_model] ?? found.gpu_model),
    tensor_parallel: found.tensor_parallel,
    data_parallel: many(found.data_parallel),
    expert_parallel: many(found.expert_parallel),
  }
}

if (import.meta.main) runConverter(mlEnergy, HELP)
