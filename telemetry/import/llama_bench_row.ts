import { z } from 'zod'
import { explainIssue } from './explain_issue.ts'
import type { Findings } from './findings.ts'
import { hashContent } from './sample_identity.ts'
import type { InputDocument, Place } from './types.ts'

/** The fields of a result of llama-bench that are read (tools/llama-bench/llama-bench.cpp, `test::get_fields`). */
const Row = z.object({
  build_number: z.int().min(0),
  gpu_info: z.string(),
  backends: z.string().optional(),
  model_filename: z.string().min(1),
  n_gpu_layers: z.int(),
  n_cpu_moe: z.int().optional(),
  split_mode: z.string().optional(),
  no_kv_offload: z.boolean().optional(),
  tensor_buft_overrides: z.string().optional(),
  n_prompt: z.int().min(0),
  n_gen: z.int().min(0),
  n_depth: z.int().min(0).default(0),
  test_time: z.string(),
  samples_ns: z.array(z.number().min(0)),
})
export type LlamaBenchRow = z.infer<typeof Row>

/** One repetition of a test; `number` counts from 1 within its row. */
export interface Repetition {
  number: number
  ms: number
}

/** One test of llama-bench: prompt processing (pp) or text generation (tg), with the repetitions that can be used. */
export interface LlamaBenchTest {
  row: LlamaBenchRow
  place: Place
  repetitions: Repetition[]
  /** Everything the row states except what was measured: equal for the tests of one configuration. */
  configuration: string
  contentHash: string
}

/** What a row measured; all other fields belong to its configuration. */
const MEASURED = new Set('n_prompt n_gen test_time avg_ns stddev_ns avg_ts stddev_ts samples_ns samples_ts'.split(' '))

const FIX = 'pass the unchanged output of llama-bench -o jsonl or -o json'

/** Reads one row, and records why a repetition cannot be used. */
export function readTest({ file, line, value }: InputDocument, findings: Findings): LlamaBenchTest | undefined {
  const place = { file, line }
  if (value === null) {
    findings.skip(place, 0, 'failed run: the row is null')
    return undefined
  }
  const parsed = Row.safeParse(value)
  if (!parsed.success) {
    findings.reject(place, countSamples(value), explainIssue(parsed.error.issues[0]!, value, FIX))
    return undefined
  }
  const row = parsed.data
  const reason = findUnusable(row)
  if (reason) {
    findings.skip(place, row.samples_ns.length, reason)
    return undefined
  }
  const repetitions = readRepetitions(row, place, findings)
  return { row, place, repetitions, configuration: configurationOf(value as object), contentHash: hashContent(value) }
}

/** Why no repetition of a row can become part of a sample; undefined if it can. */
function findUnusable(row: LlamaBenchRow): string | undefined {
  if (row.samples_ns.length === 0) return 'failed run: no repetition was measured'
  if (row.n_prompt > 0 && row.n_gen > 0)
    return 'combined test (-pg): one total for prompt and generation, which cannot be split'
  if (row.n_prompt === 0 && row.n_gen === 0) return 'neither prompt nor generation was measured'
  return findHostMemory(row)
}

/** Why a run does not measure the GPU: it used the processor or its memory. */
function findHostMemory(row: LlamaBenchRow): string | undefined {
  if (row.n_gpu_layers === 0) return 'not on the GPU: n_gpu_layers is 0'
  if (row.backends === 'CPU' || row.backends === 'BLAS') return `not on the GPU: backend ${row.backends}`
  if (row.no_kv_offload) return 'partly in system memory: no_kv_offload'
  if ((row.n_cpu_moe ?? 0) > 0) return 'partly in system memory: n_cpu_moe'
  if (/=CPU/.test(row.tensor_buft_overrides ?? '')) return 'partly in system memory: tensor_buft_overrides'
  return undefined
}

function readRepetitions(row: LlamaBenchRow, place: Place, findings: Findings): Repetition[] {
  const all = row.samples_ns.map((ns, index) => ({ number: index + 1, ms: ns / 1e6 }))
  for (const { number } of all.filter(({ ms }) => ms === 0)) {
    findings.skip({ ...place, item: `repetition ${number}` }, 1, 'failed run: the repetition has time 0')
  }
  return all.filter(({ ms }) => ms > 0)
}

function configurationOf(row: object): string {
  const entries = Object.entries(row).filter(([key]) => !MEASURED.has(key))
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function countSamples(value: unknown): number {
  const samples = (value as { samples_ns?: unknown } | undefined)?.samples_ns
  return Array.isArray(samples) ? samples.length : 0
}
