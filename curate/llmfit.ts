import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import type { Catalogue } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { gpuVariant } from './lib/gpu_variant.ts'
import { resolveModel } from './lib/model_name.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './llmfit/about.ts'
import { machineOf } from './llmfit/machine.ts'
import { type Result, readSubmissions, type Submission } from './llmfit/submission.ts'
import { timesOf } from './llmfit/times.ts'

const HELP = `
Usage: node curate/llmfit.ts <raw-folder> [--out data]

Converts the community submissions of github.com/AlexsJones/llmfit: one row per result. The raw folder holds
community/<hardware>/<submission>.json. Writes curated/llmfit/results.jsonl and source.json.
`

/** The converter of the llmfit community benchmarks. */
export const llmfit: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const rows = readSubmissions(join(raw, 'community')).flatMap(({ path, submission }) =>
    submission.results.flatMap(
      (result, index) =>
        convertResult(result, submission, `llmfit-core/data/community/${path}#${index + 1}`, catalogue, log) ?? [],
    ),
  )
  return { 'results.jsonl': rows }
}

function convertResult(
  result: Result,
  { hardware, submittedAtUnix }: Submission,
  origin: string,
  catalogue: Catalogue,
  log: ConversionLog,
): BenchmarkRun | null {
  const names = resolveNames(result, hardware, catalogue)
  if (typeof names === 'string') {
    log.drop(names, `${origin} (${result.model}, ${result.provider}, ${hardware.hardwareName})`)
    return null
  }
  const { flaw, ...times } = timesOf(result)
  if (flaw !== null) log.countFlaw(flaw)
  if (flaw === 'contradictory') {
    log.drop('generation time longer than the whole request', origin)
    return null
  }
  if (!names.model.known) log.countFlaw('unknownModel')
  if (/[/\\]/.test(result.model)) log.countFlaw('path')
  return curatedRow({
    origin,
    ts: `${new Date(submittedAtUnix * 1000).toISOString().slice(0, 10)}T00:00:00Z`,
    model_ref: names.model.model_ref,
    engine: names.engine,
    engine_version: 'unknown',
    gpu_name: names.gpu_name,
    gpu_count: hardware.gpuCount,
    vram_total_mb: hardware.vramGb === null ? null : Math.round(hardware.vramGb * 1024),
    tokens_out: Math.round(result.avgOutputTokens),
    ...times,
    measurement_type: 'single_stream',
    quantization: names.model.quantization,
    runs: result.numRuns,
    speculative: /[-:]mtp\b/i.test(result.model) ? true : undefined,
    machine: machineOf(hardware),
  })
}

/** The catalogue's names for a result, or the reason for dropping it. */
function resolveNames(result: Result, hardware: Submission['hardware'], catalogue: Catalogue) {
  if (hardware.hwClass === 'CPU_ONLY' || hardware.gpuCount < 1) return 'no GPU'
  const name = hardware.hardwareName ?? ''
  const memory = hardware.vramGb === null ? null : hardware.vramGb / hardware.gpuCount
  const gpu = catalogue.gpu(gpuVariant(name, memory, hardware.cpu) ?? name)
  if (gpu === null) return 'unknown GPU'
  const engine = catalogue.engine(result.provider)
  if (engine === null) return 'unknown provider'
  const model = resolveModel(catalogue, result.model)
  return model === null ? 'model name is not a legal model_ref' : { gpu_name: gpu.name, engine, model }
}

if (import.meta.main) runConverter(llmfit, HELP)
