import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { resolveModel } from './lib/model_name.ts'
import { curatedRow, type RowInput } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './strix_halo/about.ts'
import { type BenchRaw, type BenchResult, backendOf, buildNumbers } from './strix_halo/result.ts'

const HELP = `
Usage: node curate/strix-halo-lhl.ts <raw-folder> [--out data]

Converts llm-bench/<model>/results.jsonl of github.com/lhl/strix-halo-testing: one row per repetition, one per failed
test. The raw folder holds the model folders. Writes curated/strix-halo-lhl/<model>.jsonl and source.json.
`

/** Fewest generated tokens that a decode speed is computed from. */
const MIN_DECODE_TOKENS = 32

/** The converter of strix-halo-testing. */
export const strixHalo: Converter = { about: ABOUT, flaws: FLAWS, convert }

/** The values shared by the rows of one model folder. */
interface Folder {
  name: string
  gpu_name: string
  catalogue: Catalogue
  builds: Map<string, number | null>
}

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const gpu_name = gpuNameOf(catalogue, 'amd-radeon-8060s')
  const folders = readdirSync(raw, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const names = folders.map((entry) => entry.name).sort()
  return Object.fromEntries(
    names.map((name) => {
      const results = readResults(join(raw, name, 'results.jsonl'))
      const folder = { name, gpu_name, catalogue, builds: buildNumbers(results) }
      dropUnrecorded(raw, name, results, log)
      const rows = results.flatMap((result, index) => convertTest(result, index + 1, folder, log))
      return [`${name.toLowerCase()}.jsonl`, rows]
    }),
  )
}

/** Drops tests that are in raw_runs.jsonl only: the backend build and the memory are recorded in results.jsonl. */
function dropUnrecorded(raw: string, name: string, results: BenchResult[], log: ConversionLog): void {
  const path = join(raw, name, 'raw_runs.jsonl')
  if (!existsSync(path)) return
  const identify = (test: BenchRaw) => `${test.test_time} ${test.samples_ns.join(' ')}`
  const recorded = new Set(results.flatMap(({ bench_raw }) => (bench_raw === null ? [] : [identify(bench_raw)])))
  const tests = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  tests.forEach((line, index) => {
    const test = JSON.parse(line) as BenchRaw
    if (recorded.has(identify(test))) return
    const origin = `llm-bench/${name}/raw_runs.jsonl#${index + 1}`
    log.drop('in raw_runs.jsonl alone: backend build and memory are not recorded', origin, test.samples_ns.length)
  })
}

function readResults(path: string): BenchResult[] {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as BenchResult)
}

function convertTest(result: BenchResult, line: number, folder: Folder, log: ConversionLog): BenchmarkRun[] {
  const origin = `llm-bench/${folder.name}/results.jsonl#${line}`
  const raw = result.bench_raw
  const model = resolveModel(folder.catalogue, raw?.model_filename ?? folder.name)
  const repetitions = raw?.samples_ns.length ?? 1
  if (model === null) {
    log.drop('model name is not a legal model_ref', origin, repetitions)
    return []
  }
  if (raw !== null && raw.gpu_info === '') {
    log.countFlaw('noGpu', repetitions)
    log.drop('the engine saw no GPU', origin, repetitions)
    return []
  }
  if (result.fa !== '' || result.b !== '' || result.hipblaslt !== '') log.countFlaw('settings', repetitions)
  const shared = { ...sharedFields(result, folder), model_ref: model.model_ref, quantization: model.quantization }
  return raw === null ? [failedRow(result, origin, shared, log)] : repetitionRows(raw, origin, shared, log)
}

type Shared = Omit<RowInput, 'origin'>

function sharedFields(result: BenchResult, folder: Folder) {
  const number = result.bench_raw?.build_number ?? folder.builds.get(result.build) ?? null
  return {
    ts: `${(result.bench_raw?.test_time ?? new Date(result.start_time).toISOString()).slice(0, 10)}T00:00:00Z`,
    engine: 'llama.cpp',
    engine_version: number === null ? 'unknown' : `b${number}+${backendOf(result.build)}`,
    gpu_name: folder.gpu_name,
    vram_used_mb_peak: result.gtt_peak_mib,
    measurement_type: 'single_stream' as const,
    power_w: result.avg_power_w > 0 ? result.avg_power_w : undefined,
    // The source is about one machine.
    machine: 'm1',
  }
}

function failedRow({ mode, value }: BenchResult, origin: string, shared: Shared, log: ConversionLog): BenchmarkRun {
  log.countFlaw('failed')
  if (shared.engine_version === 'unknown') log.countFlaw('unknownBuild')
  const tokens = mode === 'pp' ? { tokens_in: value, tokens_out: 1 } : { tokens_in: 0, tokens_out: value }
  return curatedRow({ ...shared, origin, ...tokens, exit: 'error' })
}

function repetitionRows(raw: BenchRaw, origin: string, shared: Shared, log: ConversionLog): BenchmarkRun[] {
  const isGeneration = raw.n_gen > 0
  if (isGeneration && raw.n_gen < MIN_DECODE_TOKENS) log.countFlaw('short', raw.samples_ns.length)
  return raw.samples_ns.map((nanoseconds, index) =>
    curatedRow({
      ...shared,
      origin: `${origin}.${index + 1}`,
      tokens_in: isGeneration ? raw.n_depth : raw.n_prompt,
      tokens_out: isGeneration ? raw.n_gen : 1,
      first_token_ms: isGeneration ? null : nanoseconds / 1e6,
      decode_time_ms: isGeneration ? nanoseconds / 1e6 : null,
    }),
  )
}

if (import.meta.main) runConverter(strixHalo, HELP)
