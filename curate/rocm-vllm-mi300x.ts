import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { dayOf } from './lib/day.ts'
import { byColumn, type MarkdownTable, numberIn, readTables } from './lib/markdown.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './rocm_vllm/about.ts'

const HELP = `
Usage: node curate/rocm-vllm-mi300x.ts <raw-folder> [--out data]

Converts the latency tables of docs/dev-docker/README.md of github.com/ROCm/vllm: one row per line. The raw folder holds versions of
the page as <day>_<commit>_dev-docker-README.md. Writes curated/rocm-vllm-mi300x/latency.jsonl and source.json.
`

const LATENCY = /^MI300X Latency \((sec|ms)\)$/
const THROUGHPUT = 'Throughput (tokens/s)'
const GPUS = 8
const MODELS: readonly [RegExp, string][] = [
  [/^Llama 3\.1 70B/, 'amd/Llama-3.1-70B-Instruct-FP8-KV'],
  [/^Llama 3\.1 405B/, 'amd/Llama-3.1-405B-Instruct-FP8-KV'],
]

/** The converter of AMD's latency tables. */
export const rocmVllm: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const names = readdirSync(raw).filter((name) => /^\d{4}-\d{2}-\d{2}_.*\.md$/.test(name))
  const rows = names.sort().flatMap((name) => convertPage(name, readFileSync(join(raw, name), 'utf8'), catalogue, log))
  return { 'latency.jsonl': rows }
}

function convertPage(name: string, text: string, catalogue: Catalogue, log: ConversionLog): BenchmarkRun[] {
  const origin = `docs/dev-docker/${name}`
  const tables = readTables(text)
  for (const table of tables.filter(({ columns }) => columns.includes(THROUGHPUT))) {
    log.countFlaw('throughput', table.rows.length)
    log.drop('throughput without times', `${origin}#1`, table.rows.length)
  }
  const shared = {
    ts: dayOf(name),
    engine: 'vllm',
    engine_version: /^- vLLM (\S+)$/m.exec(text)?.[1] ?? 'unknown',
    engine_backend: 'rocm' as const,
    gpu_name: gpuNameOf(catalogue, 'amd-mi300x'),
    gpu_count: GPUS,
    quantization: 'fp8',
  }
  const lines = tables.filter(({ columns }) => columns.some((column) => LATENCY.test(column))).flatMap(linesOf)
  return lines.map((line, index) => {
    log.countFlaw('vendor')
    if (/405B.*70B/.test(line.Model!)) log.countFlaw('label')
    return curatedRow({ ...shared, ...lineFields(line, catalogue), origin: `${origin}#${index + 1}` })
  })
}

/** The lines of a table; a line without a model continues the one above. */
function linesOf(table: MarkdownTable): Record<string, string>[] {
  let above: Record<string, string> = {}
  return table.rows.map((cells) => {
    const line = byColumn(table, cells)
    above = line.Model === '' ? { ...line, Model: above.Model!, 'TP Size': above['TP Size']! } : line
    return above
  })
}

function lineFields(line: Record<string, string>, catalogue: Catalogue) {
  const repository = MODELS.find(([pattern]) => pattern.test(line.Model!))?.[1]
  const latency = Object.keys(line).find((column) => LATENCY.test(column)) ?? ''
  const [batch, tokens_in, tokens_out, time] = ['Batch Size', 'Input', 'Output', latency].map(
    (column) => numberIn(line[column])!,
  ) as [number, number, number, number]
  if (repository === undefined) throw new Error(`expected Llama 3.1 70B or 405B, found "${line.Model}"; add it`)
  return {
    model_ref: catalogue.repository(repository, 'vllm').model_ref,
    tensor_parallel: numberIn(line['TP Size']) ?? undefined,
    tokens_in,
    tokens_out,
    total_time_ms: latency.endsWith('(sec)') ? time * 1000 : time,
    concurrency: batch,
    measurement_type: batch === 1 ? ('single_stream' as const) : ('batched_offline' as const),
  }
}

if (import.meta.main) runConverter(rocmVllm, HELP)
