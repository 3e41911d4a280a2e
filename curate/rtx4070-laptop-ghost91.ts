import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { parseCsv } from './lib/csv.ts'
import { dayOf } from './lib/day.ts'
import { llamaBenchFields } from './lib/llama_bench.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './rtx4070_laptop/about.ts'

const HELP = `
Usage: node curate/rtx4070-laptop-ghost91.ts <raw-folder> [--out data]

Converts fit-bench-results.csv of github.com/ghost91-/llama-bench: one row per test that ran on the GPU alone.
Writes curated/rtx4070-laptop-ghost91/tests.jsonl and source.json.
`

const FILE = 'fit-bench-results.csv'
const TESTS = [
  { kind: 'pp', tokens: 4096, column: 'pp4096_tps' },
  { kind: 'tg', tokens: 128, column: 'tg128_tps' },
] as const

/** Model names of the source without the ending of the instruction-tuned model that the files hold. */
const INSTRUCTED = /^gemma-4-(E2B|E4B|12B)(-QAT)?$/

/** The converter of the laptop benchmarks. */
export const rtx4070Laptop: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const lines = parseCsv(readFileSync(join(raw, FILE), 'utf8'))
  return { 'tests.jsonl': lines.flatMap((line, index) => convertLine(line, `${FILE}#${index + 1}`, catalogue, log)) }
}

function convertLine(line: Record<string, string>, origin: string, catalogue: Catalogue, log: ConversionLog) {
  if (line.ngl !== 'all' || line.offload !== '') {
    log.countFlaw('offloaded', TESTS.length)
    log.drop('layers or experts ran on the processor', origin, TESTS.length)
    return []
  }
  if (line.mode === 'vision') log.countFlaw('vision', TESTS.length)
  const shared = sharedFields(line, catalogue)
  return TESTS.map(({ kind, tokens, column }, index) =>
    curatedRow({
      ...shared,
      ...llamaBenchFields({ kind, tokens, depth: 0, tokens_per_second: Number(line[column]) }),
      origin: `${origin}.${index + 1}`,
      measurement_type: 'single_stream',
    }),
  )
}

function sharedFields(line: Record<string, string>, catalogue: Catalogue) {
  const name = line.model!.replace(INSTRUCTED, 'gemma-4-$1-it')
  const isQat = line.model!.endsWith('-QAT')
  return {
    model_ref: catalogue.repository(`${line.provider}/${name}`, 'llama.cpp').model_ref,
    quantization: isQat && line.quant === 'Q4_0' ? 'QAT-Q4_0' : line.quant!,
    ts: dayOf(line.bench_ts!),
    engine: 'llama.cpp',
    engine_version: 'unknown',
    engine_backend: 'cuda' as const,
    gpu_name: gpuNameOf(catalogue, 'nvidia-rtx-4070-laptop'),
    vram_total_mb: 8188,
    weights_mb: Number(line.size_gib) * 1024,
    runs: Number(line.reps),
    // The source is about one machine.
    machine: 'm1',
  }
}

if (import.meta.main) runConverter(rtx4070Laptop, HELP)
