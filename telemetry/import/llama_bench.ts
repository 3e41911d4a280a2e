import type { TelemetryEvent } from '../../contracts/index.ts'
import { Findings } from './findings.ts'
import { gpusOfRow } from './llama_bench_gpu.ts'
import { pairTests, type TestPair } from './llama_bench_pairs.ts'
import { type LlamaBenchTest, type Repetition, readTest } from './llama_bench_row.ts'
import { modelRefOfGguf, quantizationOfGguf } from './model_name.ts'
import type { BenchTool, ImportedEvent, ImportOptions, InputDocument, Reading } from './types.ts'

const help = `Reads the output of llama-bench -o jsonl or -o json (of -o csv, md and sql only the means remain: not read).
llama-bench measures prompt processing (pp) and text generation (tg) apart. A sample joins one repetition of each, of
the same file and with every stated setting equal; no repetition is used twice.

  tokens_in        n_prompt, plus n_depth if tested at a depth (then tokens_in_cached = n_depth)
  first_token_ms   the time of the pp repetition: prefill, an estimate of the time to the first token
  tokens_out       n_gen
  decode_time_ms   the time of the tg repetition (from samples_ns, never from the tool's own tokens/s)
  model_ref        the base name of model_filename, without .gguf and split number; --model overrules
  quantization     the suffix of that name (Q4_K_M, UD-Q4_K_XL, i1-Q4_K_M, F16 …); --quantization overrules
  engine_version   b<build_number>; "unknown" if the build has none
  gpu_name, gpu_count   from gpu_info; --gpu and --gpu-count overrule
  measurement_type single_stream, concurrency 1

Which pp meets which tg: both are ranked by nearness to the defaults (pp512, tg128), and rank meets rank.

Not converted, and reported: tests and repetitions without a counterpart, combined tests (-pg), failed runs (null rows, no
repetition, time 0), runs on the CPU or partly in system memory, rows with no GPU or several different ones unless --gpu
names it.`

/** llama-bench, the benchmark of llama.cpp. */
export const llamaBench: BenchTool = {
  name: 'llama-bench',
  summary: 'llama.cpp: llama-bench -o jsonl',
  unit: 'repetition',
  unitsPerEvent: 2,
  requires: [],
  produce: 'run llama-bench with -o jsonl, which keeps every repetition, and pass its output',
  help,
  read: readLlamaBench,
}

/** Reads the rows of llama-bench, and pairs them. */
function readLlamaBench(documents: readonly InputDocument[], options: ImportOptions): Reading {
  const findings = new Findings()
  const tests = documents.flatMap((document) => readTest(document, findings) ?? [])
  const placed = tests.filter((test) => hasGpu(test, options, findings))
  const { pairs, unpaired } = pairTests(placed)
  for (const test of unpaired) skipUnpaired(test, test.repetitions, findings)
  const events = pairs.flatMap((pair) => joinRepetitions(pair, options, findings))
  const problemUnits = findings.problems.reduce((sum, { units }) => sum + units, 0)
  const problems = findings.problems.sort((a, b) => a.place.line - b.place.line)
  return { events, problems, units: problemUnits + 2 * events.length }
}

function hasGpu(test: LlamaBenchTest, options: ImportOptions, findings: Findings): boolean {
  if (gpusOfRow(test.row, options)) return true
  const none = test.row.gpu_info === ''
  const reason = none ? 'gpu_info is empty: pass --gpu NAME' : 'gpu_info lists different GPUs: pass --gpu NAME'
  findings.skip(test.place, test.repetitions.length, reason)
  return false
}

function joinRepetitions(pair: TestPair, options: ImportOptions, findings: Findings): ImportedEvent[] {
  const { prompt, generation } = pair
  const count = Math.min(prompt.repetitions.length, generation.repetitions.length)
  for (const test of [prompt, generation]) skipUnpaired(test, test.repetitions.slice(count), findings)
  return generation.repetitions.slice(0, count).map((repetition, index) => ({
    event: toEvent(pair, prompt.repetitions[index]!, repetition, options),
    place: { ...generation.place, item: `repetition ${repetition.number}` },
  }))
}

function skipUnpaired(test: LlamaBenchTest, repetitions: readonly Repetition[], findings: Findings): void {
  const missing = test.row.n_gen > 0 ? 'prompt (pp)' : 'generation (tg)'
  for (const { number } of repetitions) {
    const place = { ...test.place, item: `repetition ${number}` }
    findings.skip(place, 1, `no counterpart: no unused ${missing} repetition of the same configuration in the file`)
  }
}

/**
 * One sample from two repetitions. llama-bench times n_gen decode steps, so that (tokens_out − 1) / decode_time_ms
 * understates its rate by one part in n_gen (0.8 % at 128): the contract's formula is kept rather than a token invented.
 */
function toEvent(pair: TestPair, prompt: Repetition, generation: Repetition, options: ImportOptions): TelemetryEvent {
  const { row } = pair.generation
  const { n_prompt } = pair.prompt.row
  const quantization = options.quantization ?? quantizationOfGguf(row.model_filename)
  return {
    ts: options.date ? `${options.date}T00:00:00Z` : row.test_time,
    tenant_id: 'anon',
    job_id: `llama-bench:${pair.prompt.contentHash}.${prompt.number}-${pair.generation.contentHash}.${generation.number}`,
    model_ref: options.model ?? modelRefOfGguf(row.model_filename),
    engine: options.engine ?? 'llama.cpp',
    engine_version: options.engineVersion ?? (row.build_number > 0 ? `b${row.build_number}` : 'unknown'),
    ...gpusOfRow(row, options)!,
    vram_total_mb: options.vramTotalMb ?? null,
    vram_used_mb_peak: null,
    tokens_in: row.n_depth + n_prompt,
    ...(row.n_depth > 0 && { tokens_in_cached: row.n_depth }),
    tokens_out: row.n_gen,
    first_token_ms: prompt.ms,
    decode_time_ms: generation.ms,
    exit: 'ok',
    schema_version: 1,
    ...(quantization && { quantization }),
    measurement_type: 'single_stream',
    concurrency: 1,
    timing_source: 'client',
  }
}
