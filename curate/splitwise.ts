import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import type { Catalogue } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { parseCsv } from './lib/csv.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './splitwise/about.ts'

const HELP = `
Usage: node curate/splitwise.ts <raw-folder> [--out data]

Converts perf_model.csv of github.com/Mutinifni/splitwise-sim: one row per profiling run.
Writes curated/splitwise/runs.jsonl and source.json.
`

/** Largest relative difference between the end-to-end time and the sum of its parts that counts as rounding. */
const TOLERANCE = 0.15

const GPUS: Record<string, string> = {
  'a100-80gb': 'nvidia-a100-sxm4-80gb',
  'h100-80gb': 'nvidia-h100-sxm5-80gb',
  'h100-80gb-pcap': 'nvidia-h100-sxm5-80gb-pcap',
}
const MODELS: Record<string, string> = {
  'llama2-70b': 'hf:meta-llama/Llama-2-70b-hf',
  'bloom-176b': 'hf:bigscience/bloom',
}

/** The converter of splitwise-sim. */
export const splitwise: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const seen = new Set<string>()
  const rows = parseCsv(readFileSync(join(raw, 'perf_model.csv'), 'utf8')).flatMap((fields, index) => {
    const row = convertRun(fields, `data/perf_model.csv#${index + 1}`, catalogue, log)
    if (row !== null) noteDuplicate(fields, seen, log)
    return row ?? []
  })
  return { 'runs.jsonl': rows }
}

function convertRun(fields: Record<string, string>, origin: string, catalogue: Catalogue, log: ConversionLog) {
  const gpu = catalogue.gpu(GPUS[fields.hardware ?? ''] ?? '')
  const model_ref = MODELS[fields.model ?? '']
  if (gpu === null || model_ref === undefined) {
    log.drop('unknown hardware or model label', `${origin} (${fields.hardware}, ${fields.model})`)
    return null
  }
  const times = timesOf(fields)
  if (Math.abs((times.first_token_ms + times.decode_time_ms) / times.total_time_ms - 1) > TOLERANCE) {
    log.countFlaw('inconsistent')
    log.drop('e2e_time differs by more than 15 % from the sum of its parts', origin)
    return null
  }
  const gpu_count = Number(fields.tensor_parallel)
  const batch = Number(fields.batch_size)
  const power = powerOf(fields, gpu.tdp_w, gpu_count)
  if (power === undefined) log.countFlaw('power')
  return curatedRow({
    origin,
    model_ref,
    engine: 'vllm',
    engine_version: 'unknown',
    gpu_name: gpu.name,
    gpu_count,
    tensor_parallel: gpu_count,
    tokens_in: Number(fields.prompt_size),
    tokens_out: Number(fields.token_size),
    ...times,
    measurement_type: batch === 1 ? 'single_stream' : 'batched_offline',
    concurrency: batch,
    power_w: power,
  })
}

function timesOf(fields: Record<string, string>) {
  return {
    first_token_ms: Number(fields.prompt_time),
    decode_time_ms: Number(fields.token_time) * (Number(fields.token_size) - 1),
    total_time_ms: Number(fields.e2e_time),
  }
}

/** Watts over all GPUs from the fraction of TDP; undefined if it was not measured. */
function powerOf(fields: Record<string, string>, tdp: number | null, gpuCount: number): number | undefined {
  const fraction = Number(fields.average_power)
  return fraction > 0 && tdp !== null ? fraction * tdp * gpuCount : undefined
}

function noteDuplicate(fields: Record<string, string>, seen: Set<string>, log: ConversionLog): void {
  const key = JSON.stringify(fields)
  if (seen.has(key)) log.countFlaw('duplicate')
  seen.add(key)
}

if (import.meta.main) runConverter(splitwise, HELP)
