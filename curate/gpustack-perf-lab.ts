import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { ABOUT, FLAWS } from './gpustack/about.ts'
import { type Block, type Page, readPage } from './gpustack/page.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { findLaunch, type Launch, readOptions } from './lib/launch.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { meanInFlight, readServingSummary, type ServingResult, servingFields } from './lib/serving.ts'

const HELP = `
Usage: node curate/gpustack-perf-lab.ts <raw-folder> [--out data]

Converts the printed results of docs/performance-lab of github.com/gpustack/gpustack: one row per result. The raw folder holds
the pages with "/" in their paths replaced by "__". Writes curated/gpustack-perf-lab/results.jsonl and source.json.
`

const GPUS: readonly [RegExp, string][] = [
  [/A100 SXM/, 'nvidia-a100-sxm4-80gb'],
  [/H100 (SXM|80GB HBM3)/, 'nvidia-h100-sxm5-80gb'],
  [/H200/, 'nvidia-h200-sxm-141gb'],
]
/** Fewest tokens that a decode speed is computed from. */
const MIN_DECODE_TOKENS = 32
/** Largest relative difference between a latency and the sum of its parts that counts as rounding. */
const TOLERANCE = 0.1

/** The converter of GPUStack's performance lab. */
export const gpustack: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const names = readdirSync(raw).filter((name) => name.endsWith('.md') && name !== 'NOTES.md')
  const pages = names.sort().map((name) => readPage(name, readFileSync(join(raw, name), 'utf8')))
  return { 'results.jsonl': pages.flatMap((page) => convertPage(page, catalogue, log)) }
}

function convertPage(page: Page, catalogue: Catalogue, log: ConversionLog): BenchmarkRun[] {
  const origin = `docs/performance-lab/${page.path}`
  if (page.hardware.includes('Ascend')) {
    log.countFlaw('ascend', page.blocks.length)
    log.drop('Ascend 910B covers several parts', `${origin}#1`, page.blocks.length)
    return []
  }
  if (page.errors > 0) {
    log.countFlaw('notStarted', page.errors)
    log.drop('setting that the engine refused', `${origin}#1`, page.errors)
  }
  const seen = new Set<string>()
  return page.blocks.flatMap((block, index) => {
    if (!seen.has(block.text)) {
      seen.add(block.text)
      return convertBlock(block, page, `${origin}#${index + 1}`, catalogue, log) ?? []
    }
    log.countFlaw('repeated')
    log.drop('printed before on the same page', `${origin}#${index + 1}`)
    return []
  })
}

function convertBlock(block: Block, page: Page, origin: string, catalogue: Catalogue, log: ConversionLog) {
  const run = readRun(block, page, origin, log)
  if (run === null) return null
  const { result, launch, gpu } = run
  const row = curatedRow({
    ...(page.isGuidellm ? guidellmFields(result, block.text, log) : servingFields(result)),
    ...launch.options,
    ...loadOf(result, page, log),
    // All three engines load a repository as it is stored.
    ...catalogue.repository(repositoryOf(launch, page), 'vllm'),
    origin,
    engine: launch.engine,
    engine_version: page.versions[launch.engine] ?? 'unknown',
    gpu_name: gpuNameOf(catalogue, gpu),
    gpu_count: launch.gpu_count,
  })
  if (fits(row, catalogue)) return row
  log.countFlaw('tooLarge')
  log.drop('the weights that the command names do not fit into its GPUs', origin)
  return null
}

/** The figures, the command and the GPU of a block; null, with the reason in the log, if one of them is missing or wrong. */
function readRun(block: Block, page: Page, origin: string, log: ConversionLog) {
  const result = readServingSummary(block.text)
  const launch = page.isGuidellm ? guidellmLaunch(block, page) : findLaunch(block.before)
  const gpu = GPUS.find(([pattern]) => pattern.test(page.hardware))?.[1]
  if (result === null || launch === null || gpu === undefined) {
    log.drop('incomplete result, or no command or known GPU to it', origin)
    return null
  }
  if (!isOtherModel(launch, page)) return { result, launch, gpu }
  log.countFlaw('otherModel')
  log.drop('the command names another model than the page', origin)
  return null
}

/** Whether the weights alone fit into the memory of the GPUs; true where the catalogue lacks a size. */
function fits({ model_ref, quantization, gpu_name, gpu_count }: BenchmarkRun, catalogue: Catalogue): boolean {
  const billions = catalogue.model(model_ref)?.params_b
  const bits = catalogue.quantization(quantization ?? '')?.bits_per_weight
  const memory_gb = catalogue.gpu(gpu_name)?.memory_gb
  return billions == null || bits == null || memory_gb == null || (billions * bits) / 8 <= memory_gb * gpu_count
}

/** A closed loop of one request is a single stream. */
function loadOf(result: ServingResult, page: Page, log: ConversionLog) {
  const isClosed = !page.isGuidellm && typeof result.max_concurrency === 'number'
  if (!isClosed) log.countFlaw('burst')
  if (result.total_output_tokens / result.completed < MIN_DECODE_TOKENS) log.countFlaw('short')
  const isSingle = isClosed && result.max_concurrency === 1
  return { measurement_type: isSingle ? ('single_stream' as const) : ('batched_online' as const) }
}

/** The command names a repository, or a folder with a copy of the page's model. */
function repositoryOf({ model }: Launch, page: Page): string {
  return model !== null && /^[\w.-]+\/[\w.-]+$/.test(model) ? model : page.model
}

/** Whether a command starts another size of the model than the page is about. */
function isOtherModel(launch: Launch, page: Page): boolean {
  const size = /\d+B\b/i
  const stated = size.exec(page.model)?.[0].toLowerCase()
  return stated !== undefined && stated !== size.exec(repositoryOf(launch, page))?.[0].toLowerCase()
}

/** Pages of guidellm list options under a heading; the engine is that of the heading, else of the recommended command. */
function guidellmLaunch(block: Block, page: Page): Launch | null {
  const heading = block.before.match(/^#+ .*$/gm)?.at(-1) ?? ''
  const recommended = findLaunch(page.head)
  const list = block.before.match(/Parameters:\s*(?:N\/A|```bash\n([\s\S]*?)```)/g)?.at(-1) ?? ''
  const isBaseline = /Baseline Backend Parameters:[^:]*$/.test(block.before)
  const named = /^#+ (vLLM|SGLang)$/.exec(heading)?.[1]?.toLowerCase()
  const engine = named ?? (isBaseline ? 'vllm' : recommended?.engine)
  if (engine === undefined) return null
  const { gpu_count, options } = readOptions(list.replaceAll('\n', ' '), engine)
  const isUnlisted = list.includes('N/A')
  const count = Number(/x(\d+)$/.exec(page.hardware)?.[1] ?? 1)
  const model = page.model.replace(/^- /, '')
  return {
    engine,
    model: isFp8(block, page) ? `${model}-FP8` : model,
    gpu_count: isUnlisted ? count : gpu_count,
    options,
  }
}

/** Sections on quantisation run the FP8 repository of the page's model. */
function isFp8(block: Block, page: Page): boolean {
  const section = block.before.match(/^### .*$/gm)?.at(-1) ?? ''
  const isOptimised = /Optimized Backend Parameters:[^:]*$/.test(block.before) && /-FP8\b/.test(page.head)
  return !page.model.endsWith('-FP8') && (/Quantization/.test(section) || isOptimised)
}

/** guidellm's own latency gives the decode time; where its parts do not add up to it, the parts are not times of tokens. */
function guidellmFields(result: ServingResult, text: string, log: ConversionLog) {
  log.countFlaw('perToken')
  const total_time_ms = Number(/Mean Latency\(s\):\s+([\d.]+)/.exec(text)?.[1]) * 1000
  const fields = servingFields({ ...result, mean_e2el_ms: total_time_ms, max_concurrency: null })
  const decode_time_ms = total_time_ms - result.mean_ttft_ms
  const summed = Number(result.mean_itl_ms) * (fields.tokens_out - 1)
  const common = {
    tokens_in: fields.tokens_in,
    tokens_out: fields.tokens_out,
    total_time_ms,
    concurrency: meanInFlight(result, total_time_ms),
    output_tps: fields.output_tps,
    requests: fields.requests,
  }
  if (result.median_itl_ms !== 0 && Math.abs(summed / decode_time_ms - 1) <= TOLERANCE)
    return { ...common, first_token_ms: result.mean_ttft_ms, decode_time_ms }
  log.countFlaw('merged')
  return common
}

if (import.meta.main) runConverter(gpustack, HELP)
