import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { ABOUT, FLAWS } from './aiconfigurator/about.ts'
import { bestOf, contradict, type Entry, keyOf, parallelismOf, readEntry } from './aiconfigurator/entry.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { parseCsv } from './lib/csv.ts'
import { dayOf } from './lib/day.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'

const HELP = `
Usage: node curate/aiconfigurator-silicon.ts <raw-folder> [--out data]

Converts silicon_sample.csv of github.com/ai-dynamo/aiconfigurator: one row per configuration and load.
Writes curated/aiconfigurator-silicon/runs.jsonl and source.json.
`

const FILE = 'silicon_sample.csv'
const TOLERANCE = 0.1
/** GPUs of the largest single server. */
const MAX_GPUS = 8
const SATURATED_MS = 60_000

const ENGINES: Record<string, string> = { vllm: 'vllm', sglang: 'sglang', trtllm: 'tensorrt-llm' }
const GPUS: Record<string, string> = {
  h100_sxm: 'nvidia-h100-sxm5-80gb',
  h200_sxm: 'nvidia-h200-sxm-141gb',
  b200_sxm: 'nvidia-b200-180gb',
  b300_sxm: 'nvidia-b300-288gb',
  gb200: 'nvidia-gb200-186gb',
}
const RENAMED: Record<string, string> = {
  'zhipuai/GLM-5': 'zai-org/GLM-5',
  'meta-llama/Llama-3.1-70B': 'meta-llama/Llama-3.1-70B-Instruct',
}

/** The converter of AIConfigurator's silicon sample. */
export const aiconfigurator: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const lines = parseCsv(readFileSync(join(raw, FILE), 'utf8'))
  const entries = lines.flatMap((fields, index) => usableEntry(fields, `${FILE}#${index + 1}`, log) ?? [])
  const groups = [...Map.groupBy(entries, keyOf).values()]
  const kept = groups.flatMap((group) => oneOf(group, log) ?? [])
  return { 'runs.jsonl': kept.flatMap((entry) => convertEntry(entry, catalogue, log) ?? []) }
}

function usableEntry(fields: Record<string, string>, origin: string, log: ConversionLog): Entry | null {
  const exclude = (flaw: string, reason: string): null => {
    log.countFlaw(flaw)
    log.drop(reason, origin)
    return null
  }
  if (fields.mode !== 'agg') return exclude('disaggregated', 'separate pools of GPUs for prompts and generation')
  if (/wip=True/.test(fields.silicon_data_source ?? '')) return exclude('unfinished', 'marked as unfinished')
  return readEntry(fields, origin) ?? exclude('noConcurrency', 'no concurrency')
}

/** One entry of those of a configuration and load; null if they contradict each other. */
function oneOf(group: readonly Entry[], log: ConversionLog): Entry | null {
  if (contradict(group, TOLERANCE)) {
    log.countFlaw('contradictory', group.length)
    log.drop('entries of one configuration differ by more than 10 %', group[0]!.origin, group.length)
    return null
  }
  if (group.length > 1) {
    log.countFlaw('repeated', group.length - 1)
    log.drop('the same configuration in another dump', group[0]!.origin, group.length - 1)
  }
  return bestOf(group)
}

function convertEntry(entry: Entry, catalogue: Catalogue, log: ConversionLog): BenchmarkRun | null {
  const parallelism = parallelismOf(entry)
  if (parallelism === null || parallelism.gpu_count > MAX_GPUS) {
    log.countFlaw('gpus')
    log.drop('number of GPUs not known', entry.origin)
    return null
  }
  if (parallelism.isProduct) log.countFlaw('product')
  if (entry.ttft_ms > SATURATED_MS) log.countFlaw('queue')
  const { system, backend } = entry.fields
  return curatedRow({
    ...modelOf(entry, catalogue),
    ...parallelism.options,
    origin: entry.origin,
    ts: entry.day === null ? null : dayOf(entry.day),
    engine: ENGINES[backend!]!,
    engine_version: versionOf(entry, log),
    gpu_name: gpuNameOf(catalogue, GPUS[system!] ?? system!),
    gpu_count: parallelism.gpu_count,
    ...measured(entry),
  })
}

function measured({ fields, concurrency, ttft_ms, tpot_ms }: Entry) {
  const tokens_out = Number(fields.osl)
  return {
    tokens_in: Number(fields.isl),
    tokens_out,
    first_token_ms: ttft_ms,
    decode_time_ms: tpot_ms * (tokens_out - 1),
    measurement_type: concurrency === 1 ? ('single_stream' as const) : ('batched_online' as const),
    concurrency,
  }
}

function versionOf({ fields }: Entry, log: ConversionLog): string {
  if (/ai-dynamo\/tensorrtllm-runtime/.test(fields.silicon_data_source ?? '')) {
    log.countFlaw('dynamoVersion')
    return 'unknown'
  }
  const version = fields.backend_version ?? ''
  return /^\d/.test(version) ? version : 'unknown'
}

function modelOf({ fields }: Entry, catalogue: Catalogue) {
  const path = fields.model_path!
  const isR1 = path === 'deepseek-ai/DeepSeek-V3' && fields.id!.startsWith('dsr1_')
  const repository = isR1 ? 'deepseek-ai/DeepSeek-R1' : (RENAMED[path] ?? path)
  const { model_ref } = catalogue.repository(repository, ENGINES[fields.backend!]!)
  if (model_ref.includes('gpt-oss')) return { model_ref, quantization: 'mxfp4' }
  const precision = fields.precision === 'fp4' ? 'nvfp4' : fields.precision
  return { model_ref, quantization: precision || null }
}

if (import.meta.main) runConverter(aiconfigurator, HELP)
