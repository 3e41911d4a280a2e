import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { readServingSummary, type ServingResult, servingFields } from './lib/serving.ts'
import { ABOUT, FLAWS } from './sgl_cookbook/about.ts'
import { type Block, readBlocks } from './sgl_cookbook/page.ts'

const HELP = `
Usage: node curate/sgl-cookbook.ts <raw-folder> [--out data]

Converts the printed results of docs/autoregressive of github.com/sgl-project/sgl-cookbook: one row per result. The raw folder holds
the pages with "/" in their paths replaced by "__". Writes curated/sgl-cookbook/results.jsonl and source.json.
`

const GPUS: readonly [RegExp, string][] = [
  [/\bB200\b/, 'nvidia-b200-180gb'],
  [/\bGB300\b/, 'nvidia-gb300-288gb'],
  [/\bH200\b/, 'nvidia-h200-sxm-141gb'],
  [/\bH100\b/, 'nvidia-h100-sxm5-80gb'],
  [/\bH800\b/, 'nvidia-h800-sxm5-80gb'],
  [/\bA100\b/, 'nvidia-a100-sxm4-80gb'],
  [/\bMI300X\b/i, 'amd-mi300x'],
  [/\bMI325X\b/i, 'amd-mi325x'],
  [/\bMI350X\b/i, 'amd-mi350x'],
  [/\bMI355X\b/i, 'amd-mi355x'],
]

/** The converter of the SGLang cookbook. */
export const sglCookbook: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const names = readdirSync(raw).filter((name) => /__.*\.md$/.test(name))
  const rows = names.sort().flatMap((name) => {
    const origin = `docs/autoregressive/${name.replaceAll('__', '/')}`
    const blocks = readBlocks(readFileSync(join(raw, name), 'utf8'))
    return blocks.flatMap((block, index) => convertBlock(block, `${origin}#${index + 1}`, catalogue, log) ?? [])
  })
  return { 'results.jsonl': rows }
}

function convertBlock(block: Block, origin: string, catalogue: Catalogue, log: ConversionLog): BenchmarkRun | null {
  const result = readServingSummary(block.text)
  const gpu = gpuOf(block)
  const exclusion = exclusionOf(block, result, gpu)
  if (exclusion !== null || result === null || gpu === null) {
    log.countFlaw(exclusion?.flaw ?? 'incomplete')
    log.drop(exclusion?.reason ?? 'result is cut off', origin)
    return null
  }
  log.countFlaw('peak')
  const isVersion = /^\d[\w.]*(\+g[0-9a-f]+)?$/.test(block.version ?? '')
  if (!isVersion) log.countFlaw('version')
  return curatedRow({
    ...servingFields(result),
    ...block.launch?.options,
    ...catalogue.repository(repositoryOf(block), 'sglang'),
    origin,
    engine: 'sglang',
    engine_version: isVersion ? block.version! : 'unknown',
    engine_backend: gpu.startsWith('amd-') ? 'rocm' : 'cuda',
    gpu_name: gpuNameOf(catalogue, gpu),
    gpu_count: block.launch?.gpu_count ?? block.tensor_parallel ?? 1,
    measurement_type: isAlone(result) ? 'single_stream' : 'batched_online',
  })
}

/** One request at a time, as set and as measured. */
function isAlone({ max_concurrency, concurrency }: ServingResult): boolean {
  return max_concurrency === 1 && (typeof concurrency !== 'number' || concurrency < 1.05)
}

function repositoryOf({ launch, benchmarked }: Block): string {
  return launch?.model ?? benchmarked ?? ''
}

function gpuOf({ hardware }: Block): string | null {
  const found = GPUS.filter(([pattern]) => pattern.test(hardware ?? ''))
  return found.length === 1 ? found[0]![1] : null
}

function exclusionOf(block: Block, result: ServingResult | null, gpu: string | null) {
  if (result === null) return { flaw: 'incomplete', reason: 'result is cut off' }
  if (gpu === null || repositoryOf(block) === '') return { flaw: 'hardware', reason: 'GPU or model not known' }
  if (Number(result.total_input_vision_tokens ?? 0) > 0) return { flaw: 'images', reason: 'prompts with images' }
  const isDiffusion = /LLaDA/.test(repositoryOf(block))
  return isDiffusion ? { flaw: 'diffusion', reason: 'a diffusion model' } : null
}

if (import.meta.main) runConverter(sglCookbook, HELP)
