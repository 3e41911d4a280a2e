import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { ABOUT, FLAWS } from './engine_readmes/about.ts'
import { type Cell, exllamaCells, mlcCells, nexveridianCells, premaiCells } from './engine_readmes/tables.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { type MarkdownTable, readTables } from './lib/markdown.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'

const HELP = `
Usage: node curate/engine-readme-tables.ts <raw-folder> [--out data]

Converts the README tables of mlc-ai/llm-perf-bench, turboderp-org/exllamav2, premAI-io/benchmarks and
NexVeridian/llm-inference-benchmarks: one row per cell with a rate. The raw folder holds them as <name>-README.md.
Writes curated/engine-readme-tables/<name>.jsonl and source.json.
`

const READERS: Record<string, (table: MarkdownTable) => Cell[]> = {
  'mlc-llm-perf-bench': mlcCells,
  exllamav2: exllamaCells,
  premai: premaiCells,
  nexveridian: nexveridianCells,
}

const GPUS: Record<string, string> = {
  'RTX 3090 Ti': 'nvidia-rtx-3090-ti',
  '3090Ti': 'nvidia-rtx-3090-ti',
  'RTX 4090': 'nvidia-rtx-4090',
  '4090': 'nvidia-rtx-4090',
  A100: 'nvidia-a100-pcie-80gb',
  'A100 80': 'nvidia-a100-pcie-80gb',
  A10G: 'nvidia-a10g',
  '7900 XTX': 'amd-rx-7900-xtx',
  'M4 Max': 'apple-m4-max',
}

const MODELS: Record<string, string> = {
  'Llama2-7B': 'meta-llama/Llama-2-7b-hf',
  'Llama2-13B': 'meta-llama/Llama-2-13b-hf',
  'Llama2-70B': 'meta-llama/Llama-2-70b-hf',
  'CodeLlama-34B': 'codellama/CodeLlama-34b-hf',
  'Llama 7B': 'huggyllama/llama-7b',
  'Llama 13B': 'huggyllama/llama-13b',
  'Llama 33B': 'huggyllama/llama-30b',
  'OpenLlama 3B': 'openlm-research/open_llama_3b',
  'CodeLlama 34B': 'codellama/CodeLlama-34b-hf',
  'Llama2 7B': 'meta-llama/Llama-2-7b-hf',
  'Llama2 70B': 'meta-llama/Llama-2-70b-hf',
  'TinyLlama 1.1B': 'TinyLlama/TinyLlama-1.1B-Chat-v1.0',
  'Mistral 7B v0.1 Instruct': 'mistralai/Mistral-7B-Instruct-v0.1',
  'Llama 2 7B Chat': 'meta-llama/Llama-2-7b-chat-hf',
  'qwen 2.5 1.5B': 'Qwen/Qwen2.5-1.5B-Instruct',
  'qwen 2.5 7B': 'Qwen/Qwen2.5-7B-Instruct',
  'qwen 2.5 14B': 'Qwen/Qwen2.5-14B-Instruct',
  'qwen 2.5 32B': 'Qwen/Qwen2.5-32B-Instruct',
  'qwen 2.5 r1 32B': 'deepseek-ai/DeepSeek-R1-Distill-Qwen-32B',
  'qwen 2.5 coder 32B': 'Qwen/Qwen2.5-Coder-32B-Instruct',
  'qwq 32B': 'Qwen/QwQ-32B',
  'qwen 3 30 - A3B': 'Qwen/Qwen3-30B-A3B',
  'qwen 3 32B': 'Qwen/Qwen3-32B',
  'mistral small 3 24B': 'mistralai/Mistral-Small-24B-Instruct-2501',
  'wayfarer 12B': 'LatitudeGames/Wayfarer-12B',
  'wayfarer large 70B': 'LatitudeGames/Wayfarer-Large-70B-Llama-3.3',
}

/** The converter of the README tables. */
export const engineReadmes: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  return Object.fromEntries(
    Object.entries(READERS).map(([name, cellsOf]) => {
      const tables = readTables(readFileSync(join(raw, `${name}-README.md`), 'utf8'))
      const cells = tables.filter(hasRates).flatMap(cellsOf)
      const rows = cells.flatMap(
        (cell, index) => convertCell(cell, `${name}/README.md#${index + 1}`, catalogue, log) ?? [],
      )
      return [`${name}.jsonl`, rows]
    }),
  )
}

function namesOf(cell: Cell, origin: string, catalogue: Catalogue) {
  const gpu = GPUS[cell.gpu]
  const repository = MODELS[cell.model]
  if (gpu === undefined || repository === undefined)
    throw new Error(`${origin}: expected a known GPU and model, found "${cell.gpu}" and "${cell.model}"; add them`)
  return { gpu_name: gpuNameOf(catalogue, gpu), model_ref: `hf:${repository}` }
}

/** premAI's page has tables of memory of the same form; the first of each model holds the rates. */
function hasRates(table: MarkdownTable, index: number): boolean {
  return !(table.columns.includes('Engine') && index % 2 === 1)
}

function convertCell(cell: Cell, origin: string, catalogue: Catalogue, log: ConversionLog): BenchmarkRun | null {
  const exclusion = exclusionOf(cell)
  if (exclusion !== null) {
    log.countFlaw(exclusion.flaw)
    log.drop(exclusion.reason, origin)
    return null
  }
  if (cell.engine === 'llama.cpp' && cell.gpu_count > 1) log.countFlaw('layers')
  if (isTooFast(cell)) log.countFlaw('tensorrt')
  return curatedRow({
    ...namesOf(cell, origin, catalogue),
    origin,
    ts: `${cell.day}T00:00:00Z`,
    quantization: cell.quantization,
    engine: cell.engine,
    engine_version: 'unknown',
    gpu_count: cell.gpu_count,
    tokens_out: cell.tokens_out,
    decode_time_ms: (cell.tokens_out / cell.rate) * 1000,
    measurement_type: 'single_stream',
    ...(cell.draft ? { speculative: true, speculative_method: 'draft_model' as const } : {}),
  })
}

function isTooFast({ engine, quantization }: Cell): boolean {
  return engine === 'tensorrt-llm' || (engine === 'vllm' && quantization === 'fp32')
}

function exclusionOf({ engine, quantization }: Cell): { flaw: string; reason: string } | null {
  if (engine === 'autogptq') return { flaw: 'activation', reason: 'weight format not stated' }
  return engine === 'tensorrt-llm' && quantization === 'int4'
    ? { flaw: 'tensorrt', reason: 'beside figures of the same engine that the memory does not allow' }
    : null
}

if (import.meta.main) runConverter(engineReadmes, HELP)
