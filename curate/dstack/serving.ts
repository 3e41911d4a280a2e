import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { BenchmarkRun } from '../../contracts/index.ts'
import { type Catalogue, gpuNameOf } from '../lib/catalogue.ts'
import type { ConversionLog } from '../lib/conversion_log.ts'
import { quantizationInName } from '../lib/model_name.ts'
import { curatedRow } from '../lib/row.ts'
import { type ServingResult as RunMeans, servingFields } from '../lib/serving.ts'

/** The keys of a benchmark_serving.py result that are read; times in seconds. */
interface ServingResult extends RunMeans {
  date: string
  model_id: string
  request_rate: number | string
  input_lens: number[]
  output_lens: number[]
  ttfts: number[]
  itls: number[][]
  errors: string[]
}

/** A machine of the comparison, identified by the folder of the result. */
interface Environment {
  folder: RegExp
  label: string
  gpu: string
  engine_version: string
  /** Null where the README describes none. */
  machine: string | null
}

const ENVIRONMENTS: readonly Environment[] = [
  {
    folder: /8xH100SXM5-serving/,
    label: 'h100',
    gpu: 'nvidia-h100-sxm5-80gb',
    engine_version: '0.6.3.post2.dev308+gb489fc3c',
    machine: 'h100',
  },
  {
    folder: /8xMi300x-serving-meta/,
    label: 'mi300x',
    gpu: 'amd-mi300x',
    engine_version: '0.6.3.dev109+gcb3b2b9b.d20241010',
    machine: 'mi300x',
  },
  // The README describes no environment for the runs under misc/, which are four days older.
  {
    folder: /misc__amd-meta-vllm-no-rpc/,
    label: 'mi300x-no-rpc',
    gpu: 'amd-mi300x',
    engine_version: 'unknown',
    machine: null,
  },
]

/** Converts one result file: one row per request. Returns the name of the output file and its rows. */
export function convertServingFile(path: string, catalogue: Catalogue, log: ConversionLog) {
  const name = basename(path)
  const environment = ENVIRONMENTS.find(({ folder }) => folder.test(name))
  if (environment === undefined) {
    throw new Error(
      `${name}: expected a file of ${ENVIRONMENTS.map(({ folder }) => folder.source).join(', ')}; add its machine`,
    )
  }
  const result = JSON.parse(readFileSync(path, 'utf8')) as ServingResult
  const run = { environment, origin: name.replaceAll('__', '/'), load: loadOf(result) }
  const rows = result.input_lens.map((_, index) => convertRequest(result, index, run, catalogue, log))
  return { name: `${environment.label}-${Number(result.request_rate)}qps.jsonl`, rows }
}

/** What the requests of a file share. */
interface Run {
  environment: Environment
  origin: string
  load: ReturnType<typeof loadOf>
}

/** The load that the whole run put on the engine: its arrivals, the mean in flight and its throughput; none where nothing was generated. */
function loadOf(result: ServingResult) {
  const request_rate = Number(result.request_rate)
  if (result.total_output_tokens === 0) return { request_rate }
  const { concurrency, output_tps } = servingFields(result)
  return { request_rate, concurrency, output_tps }
}

function convertRequest(
  result: ServingResult,
  index: number,
  { environment, origin, load }: Run,
  catalogue: Catalogue,
  log: ConversionLog,
): BenchmarkRun {
  return curatedRow({
    origin: `${origin}#${index + 1}`,
    ts: dayOf(result.date),
    model_ref: catalogue.model(result.model_id)?.id ?? `hf:${result.model_id}`,
    engine: 'vllm',
    engine_version: environment.engine_version,
    gpu_name: gpuNameOf(catalogue, environment.gpu),
    gpu_count: 8,
    tokens_in: result.input_lens[index]!,
    ...outcomeOf(result, index, log),
    ...load,
    measurement_type: 'batched_online',
    quantization: quantizationInName(catalogue, result.model_id),
    machine: environment.machine ?? undefined,
  })
}

/**
 * The tokens, times and exit of a request. An error has no times. An empty output has no first token: its TTFT of 0 is the script's
 * initial value, not a measurement.
 */
function outcomeOf({ output_lens, ttfts, itls, errors }: ServingResult, index: number, log: ConversionLog) {
  const tokens_out = output_lens[index]!
  if (errors[index] !== '') {
    log.countFlaw('error')
    return { tokens_out, exit: 'error' } as const
  }
  const gaps = itls[index]!
  if (tokens_out === 0) log.countFlaw('empty')
  if (tokens_out > 0 && gaps.length !== tokens_out - 1) log.countFlaw('gaps')
  const ttft = ttfts[index]!
  return {
    tokens_out,
    first_token_ms: ttft > 0 ? ttft * 1000 : null,
    decode_time_ms: gaps.reduce((sum, gap) => sum + gap, 0) * 1000,
    exit: 'ok',
  } as const
}

/** `20241109-151112` → `2024-11-09T00:00:00Z`. */
function dayOf(date: string): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}T00:00:00Z`
}
