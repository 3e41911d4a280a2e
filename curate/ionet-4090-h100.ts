import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { ABOUT, FLAWS } from './ionet/about.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { dayOf } from './lib/day.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { type ServingResult, servingFields } from './lib/serving.ts'

const HELP = `
Usage: node curate/ionet-4090-h100.ts <raw-folder> [--out data]

Converts the vLLM serving results (*.json) of github.com/IOG-Foundation/llm-inference-benchmarks: one row per run.
Writes curated/ionet-4090-h100/runs.jsonl and source.json.
`

const GPUS: Record<string, string> = {
  'NVIDIA-GeForce-RTX-4090': 'nvidia-rtx-4090',
  'NVIDIA-H100-PCIe': 'nvidia-h100-pcie-80gb',
}

interface IonetResult extends ServingResult {
  date: string
  model_id: string
  gpu_name: string
  gpu_count: string
  request_rate: number
}

/** The converter of the io.net benchmarks. */
export const ionet: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const names = readdirSync(raw).filter((name) => name.endsWith('.json'))
  const rows = names.sort().flatMap((name) =>
    readObjects(readFileSync(join(raw, name), 'utf8')).map((result, index) => {
      if (index > 0) log.countFlaw('secondRun')
      return convertRun(result, `${name}#${index + 1}`, catalogue, log)
    }),
  )
  return { 'runs.jsonl': rows }
}

/** Files hold one JSON object, or two on lines of their own or back to back. */
function readObjects(text: string): IonetResult[] {
  const array = `[${text.trim().replace(/\}\s*\{(?=\s*"date")/g, '},{')}]`
  return JSON.parse(array) as IonetResult[]
}

function convertRun(result: IonetResult, origin: string, catalogue: Catalogue, log: ConversionLog): BenchmarkRun {
  const gpu_count = Number(result.gpu_count)
  const gpu = GPUS[result.gpu_name] ?? result.gpu_name
  const fields = servingFields(result)
  const hasWarmUp = gpu === 'nvidia-rtx-4090' && gpu_count > 1
  if (hasWarmUp) log.countFlaw('warmUp')
  return curatedRow({
    ...(hasWarmUp ? withoutFirstToken(fields) : fields),
    ...catalogue.repository(result.model_id, 'vllm'),
    origin,
    ts: dayOf(result.date),
    engine: 'vllm',
    engine_version: '0.8.5',
    gpu_name: gpuNameOf(catalogue, gpu),
    gpu_count,
    measurement_type: 'batched_online',
    request_rate: result.request_rate,
  })
}

function withoutFirstToken(fields: ReturnType<typeof servingFields>) {
  const kept = Object.entries(fields).filter(([key]) => !key.startsWith('first_token_ms_'))
  return { ...(Object.fromEntries(kept) as typeof fields), first_token_ms: null }
}

if (import.meta.main) runConverter(ionet, HELP)
