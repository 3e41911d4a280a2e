import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { dayOf } from './lib/day.ts'
import { byColumn, type MarkdownTable, numberIn, readTables } from './lib/markdown.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './mlx_speed_tests/about.ts'

const HELP = `
Usage: node curate/mlx-speed-tests.ts <raw-folder> [--out data]

Converts the pages results/<machine>/<model>.md of github.com/itsmostafa/inference-speed-tests (one row per iteration) and
mlx-lm-BENCHMARKS.md of github.com/ml-explore/mlx-lm (one row per line). The raw folder holds the pages as <machine>__<model>.md.
Writes curated/mlx-speed-tests/{iterations,mlx-lm}.jsonl and source.json.
`

const MLX_LM = 'mlx-lm-BENCHMARKS.md'
const MAX_TOKENS = 512
const TOLERANCE = 0.02
/** Prompts below this many tokens are answered faster than the generator starts. */
const SHORT_PROMPT = 128

const GPUS: readonly [RegExp, string][] = [
  [/Apple M4 Max/, 'apple-m4-max'],
  [/Apple M5 Max/, 'apple-m5-max'],
]

/** The converter of the MLX tests. */
export const mlxSpeedTests: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const names = readdirSync(raw).filter((name) => /^macbook-.*__.*\.md$/.test(name))
  const read = (name: string) => readFileSync(join(raw, name), 'utf8')
  return {
    'iterations.jsonl': names.sort().flatMap((name) => convertPage(name, read(name), catalogue, log)),
    'mlx-lm.jsonl': convertMlxLm(read(MLX_LM), catalogue, log),
  }
}

function convertPage(name: string, text: string, catalogue: Catalogue, log: ConversionLog): BenchmarkRun[] {
  const gpu = GPUS.find(([pattern]) => pattern.test(text))
  if (gpu === undefined) throw new Error(`${name}: expected "Apple M4 Max" or "Apple M5 Max", found neither`)
  const shared = {
    ...catalogue.repository(`mlx-community/${name.replace(/^.*__|\.md$/g, '')}`, 'mlx'),
    ts: dayOf(/\*\*Date\*\*: (\S+)/.exec(text)?.[1] ?? ''),
    engine_version: 'unknown',
    gpu_name: gpuNameOf(catalogue, gpu[1]),
    vram_total_mb: 131_072,
  }
  let prompt: number | null = null
  const rows = readTables(text).flatMap((table) => {
    if (!table.columns.includes('Run')) {
      prompt = promptTokens(table)
      return []
    }
    return table.rows.map((cells) => iterationOf(byColumn(table, cells), prompt, log))
  })
  const origin = `results/${name.replaceAll('__', '/')}`
  return rows.map((row, index) => mlxRow({ ...shared, ...row, origin: `${origin}#${index + 1}` }))
}

/** `16`, or `21K` for 21,000; null where it is not stated. */
function promptTokens(summary: MarkdownTable): number | null {
  const cell = byColumn(summary, summary.rows[0] ?? [])['Prompt Tokens']
  const tokens = numberIn(cell)
  return tokens !== null && cell?.endsWith('K') ? tokens * 1000 : tokens
}

function iterationOf(cells: Record<string, string>, tokens_in: number | null, log: ConversionLog) {
  const [rate, first, memory, total] = ['Generation tps', 'TTFT (s)', 'Peak Memory (GB)', 'Total Time (s)'].map(
    (column) => numberIn(cells[column])!,
  ) as [number, number, number, number]
  const tokens = Math.round(rate * (total - first))
  const isShort = tokens_in !== null && tokens_in < SHORT_PROMPT
  if (isShort) log.countFlaw('startUp')
  return {
    tokens_in,
    tokens_out: Math.abs(tokens / MAX_TOKENS - 1) <= TOLERANCE ? MAX_TOKENS : tokens,
    first_token_ms: isShort ? null : first * 1000,
    decode_time_ms: (total - first) * 1000,
    total_time_ms: isShort ? null : total * 1000,
    vram_used_mb_peak: Math.round(memory * 1000),
  }
}

function convertMlxLm(text: string, catalogue: Catalogue, log: ConversionLog): BenchmarkRun[] {
  const build = /mlx [\d.]+dev(\d{8})/.exec(text)?.[1] ?? ''
  const version = /mlx-lm ([\d.]+)/.exec(text)?.[1] ?? 'unknown'
  const lines = readTables(text).flatMap((table) => table.rows.map((cells) => byColumn(table, cells)))
  return lines.flatMap((cells, index) => {
    const origin = `BENCHMARKS.md#${index + 1}`
    const prompt = numberIn(cells['Prompt (2048) tok/sec'])
    const generation = numberIn(cells['Generation (128) tok/sec'])
    if (prompt === null || generation === null) {
      log.countFlaw('noResult')
      log.drop('did not fit into memory', origin)
      return []
    }
    return mlxRow({
      ...mlxModel(cells, catalogue),
      origin,
      ts: dayOf(build),
      engine_version: version,
      gpu_name: gpuNameOf(catalogue, 'apple-m4-max'),
      ...mlxTimes(prompt, generation),
      vram_used_mb_peak: Math.round(numberIn(cells['Memory GB'])! * 1000),
    })
  })
}

/** A prompt of 2,048 tokens and an answer of 128, at the rates of their processing, on a machine with 64 GB. */
function mlxTimes(prompt: number, generation: number) {
  return {
    vram_total_mb: 65_536,
    tokens_in: 2048,
    tokens_out: 128,
    first_token_ms: (2048 / prompt) * 1000,
    decode_time_ms: (128 / generation) * 1000,
  }
}

function mlxModel(cells: Record<string, string>, catalogue: Catalogue) {
  const { model_ref, quantization } = catalogue.repository(cells.Repo!, 'mlx')
  return { model_ref, quantization: cells.Precision === 'bf16' ? 'bf16' : quantization }
}

type MlxFields = Omit<Parameters<typeof curatedRow>[0], 'engine' | 'engine_backend' | 'measurement_type'>

function mlxRow(fields: MlxFields): BenchmarkRun {
  return curatedRow({ ...fields, engine: 'mlx', engine_backend: 'metal', measurement_type: 'single_stream' })
}

if (import.meta.main) runConverter(mlxSpeedTests, HELP)
