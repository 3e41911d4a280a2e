import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import {
  LLAMA_BENCH_RUNS,
  llamaBenchFields,
  readLlamaBenchRow,
  readLlamaBenchTables,
  weightsIn,
} from './lib/llama_bench.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './rx7900xtx/about.ts'

const HELP = `
Usage: node curate/rx7900xtx-1337hero.ts <raw-folder> [--out data]

Converts the last of the logs vulkan_benchmark_*.txt of github.com/1337hero/rx7900xtx-llama-bench-vulcan: one row per test.
Writes curated/rx7900xtx-1337hero/tests.jsonl and source.json.
`

/** The converter of the Radeon RX 7900 XTX logs. */
export const rx7900xtx: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const names = readdirSync(raw).filter((name) => name.startsWith('vulkan_benchmark_'))
  const logs = names.sort().map((name) => ({ name, tests: readTests(readFileSync(join(raw, name), 'utf8')) }))
  const last = logs.pop()
  for (const { name, tests } of logs) {
    log.countFlaw('settings', tests.length)
    log.drop('an earlier log with other settings', `${name}#1`, tests.length)
  }
  const tests = last?.tests ?? []
  log.countFlaw('slots', tests.filter(({ gpu_count }) => gpu_count === 1).length)
  return { 'tests.jsonl': tests.map((test, index) => convertTest(test, `${last?.name}#${index + 1}`, catalogue)) }
}

type Test = ReturnType<typeof readTests>[number]

function readTests(text: string) {
  const day = dayIn(text)
  return readLlamaBenchTables(text).flatMap(({ table, engine_version }) =>
    table.rows.flatMap((cells) => {
      const test = readLlamaBenchRow(table, cells)
      const gpu_count = table.headings.some((heading) => heading.startsWith('DUAL GPU')) ? 2 : 1
      return test === null ? [] : [{ test, engine_version, gpu_count, weights_mb: weightsIn(table, cells), ts: day }]
    }),
  )
}

/** The day in `Date: Thu Dec 11 02:36:39 PM MST 2025`. */
function dayIn(text: string): string | null {
  const match = /Date: \w+ (\w+) +(\d+) .* (\d{4})$/m.exec(text)
  const date = match === null ? Number.NaN : Date.parse(`${match[1]} ${match[2]} ${match[3]} UTC`)
  return Number.isNaN(date) ? null : `${new Date(date).toISOString().slice(0, 10)}T00:00:00Z`
}

function convertTest({ test, ...fields }: Test, origin: string, catalogue: Catalogue): BenchmarkRun {
  return curatedRow({
    ...fields,
    ...llamaBenchFields(test),
    origin,
    model_ref: 'hf:meta-llama/Llama-2-7b-hf',
    quantization: 'Q4_0',
    engine: 'llama.cpp',
    engine_backend: 'vulkan',
    gpu_name: gpuNameOf(catalogue, 'amd-rx-7900-xtx'),
    measurement_type: 'single_stream',
    runs: LLAMA_BENCH_RUNS,
    // The source is about one machine.
    machine: 'm1',
  })
}

if (import.meta.main) runConverter(rx7900xtx, HELP)
