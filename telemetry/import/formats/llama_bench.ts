import { Findings } from '../findings.ts'
import { toReading } from '../reading.ts'
import type { Draft, Format, ImportOptions, InputDocument, Reading } from '../types.ts'
import { devicesOf } from './llama_bench/devices.ts'
import { factsOf } from './llama_bench/facts.ts'
import { countLayers, findHostMemory, modelOf } from './llama_bench/offload.ts'
import { pairTests, type TestPair } from './llama_bench/pairs.ts'
import {
  isLlamaBenchRow,
  type LlamaBenchRow,
  type LlamaBenchTest,
  type Repetition,
  readTest,
} from './llama_bench/row.ts'

const help = `Reads every output of llama-bench: -o jsonl and -o json, which keep each repetition; -o csv, sql and md, of which the means remain.
llama-bench measures prompt processing (pp) and text generation (tg) apart. A sample joins one repetition of each, with every
stated setting equal, of one file or several; no repetition is used twice.

  tokens_in        n_prompt
  first_token_ms   the time of the pp repetition: prefill, an estimate of the time to the first token
  tokens_out       n_gen
  decode_time_ms   the time of the tg repetition (from samples_ns, never from the tool's own tokens/s)
  model_ref        the base name of model_filename, without .gguf and split number; --model overrules
  quantization     the suffix of that name, else model_type; model_size and model_n_params overrule a label of 16 bits that they belie
  engine_version   b<build_number>; "unknown" for 0 and 1, which a build from a shallow clone gives
  engine           llama.cpp, or ik_llama.cpp where its settings are there
  gpu_name, gpu_count   from gpu_info, devices, split_mode, main_gpu and tensor_split; an integrated GPU beside a card is left out
  weights_mb, kv_cache_dtype, engine_backend   from model_size, type_k and type_v, backends
  measurement_type single_stream, concurrency 1

Which pp meets which tg: the pairs nearest to the shape of the default (pp512, tg128) first; pp4 and tg4096 never meet.

Tests at a depth (-d) become runs without first_token_ms, as the depth was processed before the clock ran; combined tests
(-pg) become runs with the total time only. Means (csv, sql, md) become runs; how many repetitions they are of is not in
the file.

Not converted, and reported: tests and repetitions without a counterpart, failed runs (null rows, no repetition, time 0),
runs on the CPU or partly in system memory, runs that different GPUs or other hosts share.`

/** llama-bench, the benchmark of llama.cpp. */
export const llamaBench: Format = {
  name: 'llama-bench',
  summary: 'llama.cpp: llama-bench -o jsonl, json, csv, sql, md',
  unit: 'repetition',
  detect: isLlamaBenchRow,
  help,
  read: readLlamaBench,
}

function readLlamaBench(documents: readonly InputDocument[], options: ImportOptions): Reading {
  const findings = new Findings()
  const tests = documents.flatMap((document) => readTest(document, findings) ?? [])
  const layers = options.allLayers ? countLayers(tests.map(({ row }) => row)) : undefined
  const usable = tests.filter((test) => isUsable(test, layers?.get(modelOf(test.row)), findings))
  const combined = usable.filter(({ row }) => row.n_prompt > 0 && row.n_gen > 0)
  const deep = usable.filter(({ row }) => row.n_depth > 0 && row.n_prompt === 0)
  const { pairs, unpaired } = pairTests(usable.filter((test) => !combined.includes(test) && !deep.includes(test)))
  for (const test of unpaired) skipUnpaired(test, test.repetitions, findings)
  const drafts = [
    ...pairs.flatMap((pair) => joinRepetitions(pair, findings)),
    ...deep.flatMap((test) => decodeRuns(test)),
    ...combined.flatMap((test) => combinedRuns(test)),
  ]
  return toReading(drafts, findings)
}

/** Whether a test ran on whole GPUs of one kind, and measured what can be stated. */
function isUsable(test: LlamaBenchTest, mostLayers: number | undefined, findings: Findings): boolean {
  const reason = findUnusable(test.row, mostLayers)
  if (reason === undefined) return true
  findings.skip(test.place, test.repetitions.length, reason)
  return false
}

function findUnusable(row: LlamaBenchRow, mostLayers: number | undefined): string | undefined {
  if (row.n_prompt === 0 && row.n_gen === 0) return 'neither prompt nor generation was measured'
  if (row.embeddings) return 'a run for embeddings: no tokens are generated'
  if (row.n_depth > 0 && row.n_gen === 0)
    return 'prompt processing behind a depth (-d): the time of its last part is no time to the first token'
  if (row.n_depth > 0 && row.n_prompt > 0)
    return 'a combined test (-pg) behind a depth (-d): the time of the whole lacks that of the depth'
  const devices = devicesOf(row)
  return findHostMemory(row, mostLayers) ?? ('reason' in devices ? devices.reason : undefined)
}

function joinRepetitions(pair: TestPair, findings: Findings): Draft[] {
  const { prompt, generation } = pair
  const count = Math.min(prompt.repetitions.length, generation.repetitions.length)
  for (const test of [prompt, generation]) skipUnpaired(test, test.repetitions.slice(count), findings)
  return generation.repetitions
    .slice(0, count)
    .map((repetition, index) => joinPair(pair, prompt.repetitions[index]!, repetition))
}

function skipUnpaired(test: LlamaBenchTest, repetitions: readonly Repetition[], findings: Findings): void {
  const missing = test.row.n_gen > 0 ? 'prompt (pp)' : 'generation (tg)'
  for (const { number } of repetitions) {
    const place = { ...test.place, item: `repetition ${number}` }
    findings.skip(
      place,
      1,
      `no counterpart: no unused ${missing} repetition of the same configuration and a like length`,
    )
  }
}

/**
 * One draft from two repetitions. llama-bench times n_gen decode steps, so that (tokens_out − 1) / decode_time_ms
 * understates its rate by one part in n_gen (0.8 % at 128): the contract's formula is kept rather than a token invented.
 */
function joinPair({ prompt, generation }: TestPair, before: Repetition, after: Repetition): Draft {
  const figures = {
    tokens_in: prompt.row.n_prompt,
    tokens_out: generation.row.n_gen,
    first_token_ms: before.ms,
    decode_time_ms: after.ms,
  }
  const parts = [
    { row: prompt.source, number: before.number },
    { row: generation.source, number: after.number },
  ]
  const common = { ...draftOf(generation, after), identity: { tool: 'llama-bench', parts }, units: 2 }
  if (prompt.isMean || generation.isMean)
    return { ...common, kind: 'run', figures: { ...figures, total_time_ms: null, runs: 1 } }
  return { ...common, kind: 'sample', figures: { ...figures, exit: 'ok' } }
}

/** Generation behind a prompt of n_depth tokens, which was processed before: its decode speed, and no first token. */
function decodeRuns(test: LlamaBenchTest): Draft[] {
  return test.repetitions.map((repetition) => ({
    ...draftOf(test, repetition),
    kind: 'run',
    figures: {
      tokens_in: test.row.n_depth,
      tokens_out: test.row.n_gen,
      first_token_ms: null,
      decode_time_ms: repetition.ms,
      total_time_ms: null,
      runs: 1,
    },
  }))
}

/** Prompt and generation in one time, which cannot be split. */
function combinedRuns(test: LlamaBenchTest): Draft[] {
  const { n_prompt, n_gen } = test.row
  return test.repetitions.map((repetition) => ({
    ...draftOf(test, repetition),
    kind: 'run',
    figures: {
      tokens_in: n_prompt,
      tokens_out: n_gen,
      first_token_ms: null,
      decode_time_ms: null,
      total_time_ms: repetition.ms,
      runs: 1,
    },
  }))
}

function draftOf(test: LlamaBenchTest, { number }: Repetition) {
  return {
    facts: factsOf(test),
    place: { ...test.place, item: `repetition ${number}` },
    identity: { tool: 'llama-bench', parts: [{ row: test.source, number }] },
    units: 1,
    hint: test.row.model_type,
  }
}
