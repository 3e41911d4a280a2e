import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import type { Catalogue } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { gpuVariant } from './lib/gpu_variant.ts'
import { resolveModel } from './lib/model_name.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './localscore/about.ts'
import { readTestResults, type TestResult } from './localscore/query.ts'

const HELP = `
Usage: node curate/localscore.ts <raw-folder> [--out data]

Converts the test results of a LocalScore database: one row per result. The raw folder holds one *.sqlite file.
Writes curated/localscore/results.jsonl and source.json.
`

/** The converter of the LocalScore sample. */
export const localscore: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const names = readdirSync(raw).filter((name) => name.endsWith('.sqlite'))
  if (names.length !== 1) throw new Error(`${raw}: expected one *.sqlite file, found ${names.length}`)
  const results = readTestResults(join(raw, names[0]!))
  return { 'results.jsonl': results.flatMap((result) => convertResult(result, catalogue, log) ?? []) }
}

function convertResult(result: TestResult, catalogue: Catalogue, log: ConversionLog): BenchmarkRun | null {
  const origin = `db.sqlite/test_results#${result.id}`
  const names = resolveNames(result, catalogue)
  if (typeof names === 'string') {
    if (result.type === 'CPU') log.countFlaw('cpu')
    log.drop(names, `${origin} (${result.accelerator}, ${result.model}, ${result.runtime})`)
    return null
  }
  const power = result.power_watts ?? 0
  if (power === 0) log.countFlaw('power')
  return curatedRow({
    ...names,
    origin,
    ts: `${result.created_at.slice(0, 10)}T00:00:00Z`,
    engine_version: result.version ?? 'unknown',
    vram_total_mb: Math.round(result.memory_gb * 1024),
    tokens_in: result.n_prompt,
    tokens_out: result.n_gen,
    first_token_ms: result.ttft_ms,
    decode_time_ms: (result.n_gen / result.gen_tps) * 1000,
    total_time_ms: result.avg_time_ms,
    measurement_type: 'single_stream',
    power_w: power > 0 ? power : undefined,
    machine: result.system_id === null ? undefined : `m${result.system_id}`,
  })
}

/** The catalogue's names for a result, or the reason for dropping it. */
function resolveNames(result: TestResult, catalogue: Catalogue) {
  if (result.type === 'CPU') return 'accelerator is a CPU'
  const { accelerator, memory_gb } = result
  const gpu = catalogue.gpu(gpuVariant(accelerator ?? '', memory_gb, '') ?? accelerator ?? '')
  if (gpu === null) return 'unknown GPU'
  const engine = catalogue.engine(result.runtime ?? '')
  if (engine === null) return 'unknown runtime'
  const model = resolveModel(catalogue, result.model ?? '')
  if (model === null) return 'model name is not a legal model_ref'
  const quantization = catalogue.quantization(result.quantization)?.id ?? null
  return { gpu_name: gpu.name, engine, model_ref: model.model_ref, quantization }
}

if (import.meta.main) runConverter(localscore, HELP)
