import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { isLlamaBench, LLAMA_BENCH_RUNS, llamaBenchFields, readLlamaBenchRow, weightsIn } from './lib/llama_bench.ts'
import { byColumn, type MarkdownTable, readTables } from './lib/markdown.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './llamacpp_benches/about.ts'

const HELP = `
Usage: node curate/llamacpp-benches.ts <raw-folder> [--out data]

Converts the result pages of benches/ of github.com/ggml-org/llama.cpp: one row per line of llama-batched-bench, one per test of
llama-bench. The raw folder holds the pages with "/" in their paths replaced by "__".
Writes curated/llamacpp-benches/<page>.jsonl and source.json.
`

/** The pages, with what they do not state in a form that can be read. */
const PAGES = [
  { name: 'dgx-spark__dgx-spark.2025-11-09-ef1d8269.md', gpu: 'nvidia-gb10', backend: 'cuda', day: '2025-11-09' },
  { name: 'dgx-spark__dgx-spark.md', gpu: 'nvidia-gb10', backend: 'cuda', day: '2026-02-05' },
  { name: 'mac-m2-ultra__mac-m2-ultra.md', gpu: 'apple-m2-ultra', backend: 'metal', day: '2026-02-05' },
  { name: 'nemotron__nemotron-dgx-spark.md', gpu: 'nvidia-gb10', backend: 'cuda', day: '2026-03-16' },
] as const

/** Formats as the tables print them, for repositories whose names hold none. */
const FORMATS: readonly [RegExp, string][] = [
  [/MXFP4/, 'mxfp4'],
  [/Q8_0/, 'Q8_0'],
  [/Q4_0/, 'QAT-Q4_0'],
  [/Q4_K/, 'Q4_K'],
]

/** Repositories whose name leaves out a part of the model's. */
const RENAMED: Record<string, string> = {
  'ggml-org/Nemotron-3-Super-120B-GGUF': 'nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16',
}

type Page = (typeof PAGES)[number]
type Shared = ReturnType<typeof sharedFields>

/** The converter of llama.cpp's own benches. */
export const llamacppBenches: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  return Object.fromEntries(
    PAGES.map((page) => {
      const sections = readFileSync(join(raw, page.name), 'utf8').split(/^(?=## )/m)
      const rows = sections.flatMap((section) => convertModel(section, page, catalogue))
      const numbered = rows.map((row, index) => ({ ...row, origin: `${originOf(page)}#${index + 1}` }))
      return [`${page.name.replace(/^.*__|\.md$/g, '')}.jsonl`, numbered.flatMap((row) => keptRow(row, log) ?? [])]
    }),
  )
}

/** A row before it is numbered; `dropped` is the reason for leaving it out. */
type Draft = Omit<Parameters<typeof curatedRow>[0], 'origin'> & { dropped?: string; flaw?: string }

function keptRow({ dropped, flaw, ...row }: Draft & { origin: string }, log: ConversionLog): BenchmarkRun | null {
  if (flaw !== undefined) log.countFlaw(flaw)
  if (dropped === undefined) return curatedRow(row)
  log.drop(dropped, row.origin)
  return null
}

function convertModel(section: string, page: Page, catalogue: Catalogue): Draft[] {
  const repository = /^## (\S+\/\S+)/.exec(section)?.[1]
  if (repository === undefined) return []
  const tables = readTables(section)
  const shared = sharedFields(section, repository, tables, page, catalogue)
  return tables.flatMap((table) =>
    isLlamaBench(table)
      ? table.rows.flatMap((cells) => testRow(table, cells, shared))
      : table.rows.map((cells) => batchRow(byColumn(table, cells), shared)),
  )
}

function sharedFields(
  section: string,
  repository: string,
  tables: readonly MarkdownTable[],
  page: Page,
  catalogue: Catalogue,
) {
  const build = /^build: [0-9a-f]+ \((\d+)\)/m.exec(section)?.[1]
  const bench = tables.find(isLlamaBench)
  const label = bench?.rows[0]?.[bench.columns.indexOf('model')] ?? ''
  const { model_ref } = catalogue.repository(RENAMED[repository] ?? repository, 'llama.cpp')
  return {
    ts: `${page.day}T00:00:00Z`,
    model_ref,
    quantization: FORMATS.find(([pattern]) => pattern.test(label))?.[1] ?? null,
    engine: 'llama.cpp',
    engine_version: build === undefined ? 'unknown' : `b${build}`,
    engine_backend: page.backend,
    gpu_name: gpuNameOf(catalogue, page.gpu),
    weights_mb: bench?.rows[0] === undefined ? undefined : weightsIn(bench, bench.rows[0]),
  }
}

function batchRow(cells: Record<string, string>, shared: Shared): Draft {
  const [tokens_in, tokens_out, batch] = ['PP', 'TG', 'B'].map((column) => Number(cells[column])) as [
    number,
    number,
    number,
  ]
  const isWarmUp = tokens_in === 512 && batch === 1
  return {
    ...shared,
    tokens_in,
    tokens_out,
    first_token_ms: isWarmUp ? null : Number(cells['T_PP s']) * 1000,
    decode_time_ms: Number(cells['T_TG s']) * 1000,
    measurement_type: batch === 1 ? 'single_stream' : 'batched_offline',
    concurrency: batch,
    output_tps: isWarmUp ? undefined : (batch * tokens_out) / Number(cells['T s']),
    flaw: isWarmUp ? 'warmUp' : undefined,
  }
}

function testRow(table: MarkdownTable, cells: readonly string[], shared: Shared): Draft[] {
  const test = readLlamaBenchRow(table, cells)
  if (test === null) return []
  const isPart = test.kind === 'pp' && test.depth > 0
  return [
    {
      ...shared,
      ...llamaBenchFields(test),
      measurement_type: 'single_stream',
      runs: LLAMA_BENCH_RUNS,
      ...(isPart ? { dropped: 'prompt processing behind a cached prefix', flaw: 'prefix' } : {}),
    },
  ]
}

function originOf({ name }: Page): string {
  return `benches/${name.replaceAll('__', '/')}`
}

if (import.meta.main) runConverter(llamacppBenches, HELP)
