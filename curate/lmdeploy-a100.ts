import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { byColumn, numberIn, readTables } from './lib/markdown.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './lmdeploy_a100/about.ts'

const HELP = `
Usage: node curate/lmdeploy-a100.ts <raw-folder> [--out data]

Converts a100_fp16.md of github.com/InternLM/lmdeploy: one row per line of its tables.
Writes curated/lmdeploy-a100/{static,requests}.jsonl and source.json.
`

const PAGE = 'a100_fp16.md'
/** Mean first token from which a static batch has waited for memory. */
const WAITING_MS = 30_000
const MODELS: Record<string, string> = {
  'llama2-7b': 'hf:meta-llama/Llama-2-7b-chat-hf',
  'llama2-13b': 'hf:meta-llama/Llama-2-13b-chat-hf',
  'internlm-20b': 'hf:internlm/internlm-20b',
  'llama2-70b': 'hf:meta-llama/Llama-2-70b-chat-hf',
}

/** The converter of LMDeploy's benchmark page. */
export const lmdeploy: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const tables = readTables(readFileSync(join(raw, PAGE), 'utf8'))
  const lines = tables.flatMap((table) => table.rows.map((cells) => byColumn(table, cells)))
  const numbered = lines.map((line, index) => ({ line, origin: `docs/en/benchmark/${PAGE}#${index + 1}` }))
  const isStatic = ({ line }: (typeof numbered)[number]) => line.prompt_tokens !== undefined
  return {
    'static.jsonl': numbered
      .filter(isStatic)
      .flatMap(({ line, origin }) => staticRow(line, origin, catalogue, log) ?? []),
    'requests.jsonl': numbered
      .filter((entry) => !isStatic(entry))
      .map(({ line, origin }) => requestRow(line, origin, catalogue, log)),
  }
}

function sharedFields(line: Record<string, string>, catalogue: Catalogue) {
  const tensor_parallel = numberIn(line.tp)!
  return {
    engine: 'lmdeploy',
    engine_version: '0.2.0',
    gpu_name: gpuNameOf(catalogue, 'nvidia-a100-sxm4-80gb'),
    gpu_count: tensor_parallel,
    tensor_parallel,
    quantization: 'fp16',
    first_token_ms: numberIn(line['FTL(ave)(s)'])! * 1000,
    output_tps: numberIn(line['throughput(out tok/s)'])!,
    concurrency: numberIn(line.batch)!,
  }
}

function staticRow(line: Record<string, string>, origin: string, catalogue: Catalogue, log: ConversionLog) {
  const shared = sharedFields(line, catalogue)
  if (shared.first_token_ms > WAITING_MS) {
    log.countFlaw('waits')
    log.drop('the batch waits for cache blocks', origin)
    return null
  }
  log.countFlaw('old')
  const tokens_out = numberIn(line.output_tokens)!
  const total_time_ms = ((shared.concurrency * tokens_out) / shared.output_tps) * 1000
  return curatedRow({
    ...shared,
    origin,
    model_ref: MODELS['llama2-7b']!,
    tokens_in: numberIn(line.prompt_tokens),
    tokens_out,
    decode_time_ms: total_time_ms - shared.first_token_ms,
    total_time_ms,
    measurement_type: shared.concurrency === 1 ? 'single_stream' : 'batched_offline',
  })
}

function requestRow(
  line: Record<string, string>,
  origin: string,
  catalogue: Catalogue,
  log: ConversionLog,
): BenchmarkRun {
  log.countFlaw('old')
  const model_ref = MODELS[line.model ?? '']
  if (model_ref === undefined) throw new Error(`${origin}: expected a known model, found "${line.model}"; add it`)
  const [rate, output, total] = ['RPS', 'throughput(out tok/s)', 'throughput(total tok/s)'].map(
    (column) => numberIn(line[column])!,
  ) as [number, number, number]
  return curatedRow({
    ...sharedFields(line, catalogue),
    origin,
    model_ref,
    tokens_in: Math.round((total - output) / rate),
    tokens_out: Math.round(output / rate),
    measurement_type: 'batched_online',
    requests: numberIn(line.num_promts) ?? undefined,
  })
}

if (import.meta.main) runConverter(lmdeploy, HELP)
