import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { ABOUT, FLAWS } from './geerling/about.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { byColumn, numberIn, readTables } from './lib/markdown.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'

const HELP = `
Usage: node curate/geerling-ai-benchmarks.ts <raw-folder> [--out data]

Converts the tables of README-upstream.md, the README of github.com/geerlingguy/ai-benchmarks: one row per line of a GPU.
Writes curated/geerling-ai-benchmarks/results.jsonl and source.json.
`

/** Tokens that stand for the answer, of which only the rate is known. */
const TOKENS_OUT = 128

const MODELS: Record<string, string> = {
  'DeepSeek R1 14b': 'hf:deepseek-ai/DeepSeek-R1-Distill-Qwen-14B',
  'DeepSeek R1 671b': 'hf:deepseek-ai/DeepSeek-R1',
  'gpt-oss 20b': 'hf:openai/gpt-oss-20b',
  'Llama 3.2:3b': 'hf:meta-llama/Llama-3.2-3B-Instruct',
  'Llama 3.1:70b': 'hf:meta-llama/Llama-3.1-70B-Instruct',
  'Llama 3.1:405b': 'hf:meta-llama/Llama-3.1-405B-Instruct',
}

/** GPUs by what the column "System" calls them; the first that is found counts. */
const GPUS: readonly [RegExp, string][] = [
  [/RTX 4070 Ti\b(?! Super)/, 'nvidia-rtx-4070-ti'],
  [/4070 Ti Super/, 'nvidia-rtx-4070-ti-super'],
  [/Nvidia 4070\b/, 'nvidia-rtx-4070'],
  [/Nvidia 4080\b/, 'nvidia-rtx-4080'],
  [/(RTX|Nvidia) 4090/, 'nvidia-rtx-4090'],
  [/Nvidia 5090/, 'nvidia-rtx-5090'],
  [/RTX 3060/, 'nvidia-rtx-3060-12gb'],
  [/RTX 3080 Ti/, 'nvidia-rtx-3080-ti'],
  [/RTX 2080 Ti/, 'nvidia-rtx-2080-ti'],
  [/A4000/, 'nvidia-rtx-a4000'],
  [/A2000/, 'nvidia-rtx-a2000-12gb'],
  [/A400\b/, 'nvidia-rtx-a400'],
  [/GB10/, 'nvidia-gb10'],
  [/R9700/, 'amd-radeon-ai-pro-r9700'],
  [/W7700/, 'amd-radeon-pro-w7700'],
  [/7900 XT\b/, 'amd-rx-7900-xt'],
  [/Framework (Desktop )?Mainboard/, 'amd-radeon-8060s'],
  [/M3 Ultra/, 'apple-m3-ultra'],
  [/M1 Ultra/, 'apple-m1-ultra'],
  [/M1 Max/, 'apple-m1-max'],
  [/M4 Mac mini/, 'apple-m4'],
]

/** The converter of Jeff Geerling's tables. */
export const geerling: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const tables = readTables(readFileSync(join(raw, 'README-upstream.md'), 'utf8'))
  const lines = tables
    .filter(({ columns }) => columns.includes('Eval Rate'))
    .flatMap((table) => table.rows.map((cells) => ({ ...byColumn(table, cells), title: table.headings.at(-1)! })))
  const rows = lines.flatMap((line, index) => convertLine(line, `README.md#${index + 1}`, catalogue, log) ?? [])
  return { 'results.jsonl': rows }
}

type Line = Record<string, string> & { title: string }

function convertLine(line: Line, origin: string, catalogue: Catalogue, log: ConversionLog): BenchmarkRun | null {
  const system = line.System ?? ''
  const reason = exclusionOf(system, line['CPU/GPU'] ?? '')
  if (reason !== null) {
    log.countFlaw(reason.flaw)
    log.drop(reason.why, `${origin} (${system})`)
    return null
  }
  log.countFlaw('power')
  const isVulkan = system.includes('<sup>1</sup>')
  return curatedRow({
    ...namesOf(line, catalogue),
    origin,
    engine: isVulkan ? 'llama.cpp' : 'ollama',
    engine_version: 'unknown',
    engine_backend: isVulkan ? 'vulkan' : undefined,
    tokens_out: TOKENS_OUT,
    decode_time_ms: (TOKENS_OUT / numberIn(line['Eval Rate'])!) * 1000,
    measurement_type: 'single_stream',
  })
}

function exclusionOf(system: string, processor: string): { flaw: string; why: string } | null {
  if (processor !== 'GPU') return { flaw: 'processor', why: 'not on the GPU alone' }
  if (/\bPi \d|\bPi CM|Radxa|HiFive/.test(system)) return { flaw: 'narrow', why: 'GPU on a board with a narrow bus' }
  return /Cluster/.test(system) ? { flaw: 'cluster', why: 'several machines' } : null
}

function namesOf({ System: system = '', title }: Line, catalogue: Catalogue) {
  const gpu = GPUS.find(([pattern]) => pattern.test(system))?.[1]
  const model_ref = MODELS[title]
  if (gpu === undefined || model_ref === undefined)
    throw new Error(`README.md: expected a known GPU and model, found "${system}" under "${title}"; add it`)
  return {
    gpu_name: gpuNameOf(catalogue, gpu),
    model_ref,
    quantization: model_ref.includes('gpt-oss') ? 'mxfp4' : 'Q4_K_M',
  }
}

if (import.meta.main) runConverter(geerling, HELP)
