import { z } from 'zod'
import type { Findings } from '../../findings.ts'
import { hasKeys, parseDocument, placeOf } from '../../reading.ts'
import type { InputDocument, Place } from '../../types.ts'
import { rowOfMarkdown } from './markdown.ts'

const flag = z.union([z.boolean(), z.int().min(0).max(1)])
const devices = z.string().nullish()

/** The fields of a result of llama-bench that are read (llama.cpp tools/llama-bench/llama-bench.cpp, `test::get_fields`, 2023-09 to 2026-11). */
const Row = z.object({
  build_number: z.int().min(0).optional(),
  cpu_info: z.string().optional(),
  gpu_info: z.string().optional(),
  backends: z.string().optional(),
  // Builds before 2024-11 had a flag for each backend in place of the list.
  cuda: flag.optional(),
  vulkan: flag.optional(),
  kompute: flag.optional(),
  metal: flag.optional(),
  sycl: flag.optional(),
  gpu_blas: flag.optional(),
  opencl: flag.optional(),
  model_filename: z.string().optional(),
  model_type: z.string().optional(),
  model_size: z.number().min(0).optional(),
  model_n_params: z.number().min(0).optional(),
  type_k: z.string().optional(),
  type_v: z.string().optional(),
  n_gpu_layers: z.int().optional(),
  n_cpu_moe: z.int().optional(),
  fit_target: z.number().optional(),
  split_mode: z.string().optional(),
  main_gpu: z.int().min(0).optional(),
  devices,
  tensor_split: z.union([z.string(), z.number()]).optional(),
  no_kv_offload: flag.optional(),
  tensor_buft_overrides: z.string().optional(),
  embeddings: flag.optional(),
  n_prompt: z.int().min(0),
  n_gen: z.int().min(0),
  n_depth: z.int().min(0).default(0),
  test_time: z.string().optional(),
  avg_ns: z.number().min(0).optional(),
  avg_ts: z.number().min(0).nullish(),
  samples_ns: z.array(z.number().min(0)).optional(),
})
export type LlamaBenchRow = z.infer<typeof Row>

/** One repetition of a test, or the mean of all; `number` counts from 1 within its row. */
export interface Repetition {
  number: number
  ms: number
}

/** One test of llama-bench, with the repetitions that can be used. */
export interface LlamaBenchTest {
  row: LlamaBenchRow
  place: Place
  repetitions: Repetition[]
  /** Whether only the mean of the repetitions is left. */
  isMean: boolean
  /** Everything the row states except what was measured: equal for the tests of one configuration. */
  configuration: string
  /** Whether it is a row of ik_llama.cpp, a fork with settings of its own. */
  isFork: boolean
  source: unknown
  /** Memory of each device in MiB, where the log around the rows tells it and they are alike. */
  deviceMb: number | undefined
}

/** What a row measured; all other fields belong to its configuration. `test` is a name that ik_llama.cpp adds. */
const MEASURED = new Set(
  'n_prompt n_gen test test_time avg_ns stddev_ns avg_ts stddev_ts samples_ns samples_ts'.split(' '),
)

/** Settings that only ik_llama.cpp has (ikawrakow/ik_llama.cpp examples/llama-bench/llama-bench.cpp, 2026-11). */
const FORK_FIELDS = [
  'test',
  'mla_attn',
  'fused_moe',
  'fused_up_gate',
  'ser',
  'attn_max_batch',
  'grouped_expert_routing',
]

/** Whether a document is a result of llama-bench, in any of its output formats. */
export function isLlamaBenchRow({ form, value }: InputDocument): boolean {
  if (form === 'markdown')
    return hasKeys(value, 'model', 'test', 't/s') && !Object.keys(value).some((key) => /ttfr/.test(key))
  return hasKeys(value, 'model_filename') && ['samples_ns', 'avg_ns', 'avg_ts'].some((key) => key in value)
}

/** Reads one row; undefined, with the reason recorded, if it has no repetition that can be used. */
export function readTest(document: InputDocument, findings: Findings): LlamaBenchTest | undefined {
  const source = sourceOf(document)
  const row = parseDocument(Row, { ...document, value: source }, 'llama-bench', findings, countSamples(document.value))
  if (!row) return undefined
  const place = placeOf(document)
  const repetitions = readRepetitions(row, place, findings)
  if (repetitions.length === 0) return undefined
  const isMean = row.samples_ns === undefined
  const isFork = FORK_FIELDS.some((field) => field in source)
  return {
    row,
    place,
    repetitions,
    isMean,
    configuration: configurationOf(source),
    isFork,
    source: document.value,
    deviceMb: deviceMemory(document.context),
  }
}

/** The row with the fields of JSON: what CSV and SQL quote becomes numbers again, a Markdown table has names of its own. */
function sourceOf(document: InputDocument): Record<string, unknown> {
  const { form, value } = document
  if (form === 'json') return value as Record<string, unknown>
  const cells = value as Record<string, string>
  if (form === 'markdown') return rowOfMarkdown(cells, document)
  return Object.fromEntries(Object.entries(cells).map(([key, cell]) => [key, readCell(key, cell)]))
}

/** Columns whose text may look like a number. */
const TEXT_COLUMNS =
  /^(build_commit|cpu_info|gpu_info|backends|model_|type_|split_mode|devices|tensor_|test_time|cpu_mask)/

function readCell(key: string, cell: string): unknown {
  if (/^(true|false)$/.test(cell)) return cell === 'true'
  const isText = TEXT_COLUMNS.test(key) && !/^model_(size|n_params)$/.test(key)
  return isText || cell === '' || Number.isNaN(Number(cell)) ? cell : Number(cell)
}

function readRepetitions(row: LlamaBenchRow, place: Place, findings: Findings): Repetition[] {
  const all = timesOf(row).map((ns, index) => ({ number: index + 1, ms: ns / 1e6 }))
  if (all.length === 0) findings.skip(place, 0, 'failed run: no repetition was measured')
  for (const { number } of all.filter(({ ms }) => ms === 0)) {
    findings.skip({ ...place, item: `repetition ${number}` }, 1, 'failed run: the repetition has time 0')
  }
  return all.filter(({ ms }) => ms > 0)
}

/** The times of the repetitions, else their mean. */
function timesOf({ samples_ns, avg_ns, avg_ts, n_prompt, n_gen }: LlamaBenchRow): number[] {
  if (samples_ns) return samples_ns
  if (avg_ns !== undefined) return [avg_ns]
  return avg_ts ? [((n_prompt + n_gen) / avg_ts) * 1e9] : []
}

function configurationOf(row: object): string {
  const entries = Object.entries(row).filter(([key]) => !MEASURED.has(key))
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `Device 0: …, VRAM: 6143 MiB` of ggml's CUDA and ROCm backends (2025-10 on). */
function deviceMemory(context = ''): number | undefined {
  const sizes = new Set([...context.matchAll(/^\s*Device \d+: .*\bVRAM: (\d+) MiB/gm)].map(([, size]) => Number(size)))
  return sizes.size === 1 ? [...sizes][0] : undefined
}

function countSamples(value: unknown): number {
  const samples = (value as { samples_ns?: unknown } | null)?.samples_ns
  return Array.isArray(samples) ? samples.length : 0
}
