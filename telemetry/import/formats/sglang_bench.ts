import { z } from 'zod'
import { modelRefOfName } from '../../../contracts/names/model_ref.ts'
import { hasKeys } from '../reading.ts'
import { readServingRuns, type ServingFormat, type ServingRun } from '../serving/run.ts'
import type { Facts, Format } from '../types.ts'

const help = `Reads the output of python -m sglang.bench_serving --output-file FILE: one run a line. With --output-details each request
becomes a sample, without it the summary becomes one run.

  tokens_in        input_lens; tokens_in_cached from cached_tokens if run with --cache-report (in a run the mean)
  first_token_ms   ttfts × 1000 (in a run mean_ttft_ms, else median_ttft_ms)
  tokens_out       output_lens (in a run the mean)
  decode_time_ms   the sum of itls × 1000 (in a run mean_tpot_ms, else the mean or median of the time between tokens, × (tokens_out − 1))
  output_tps       output_throughput, of all requests together
  exit             error if errors holds a text (the text itself is never copied), else ok
  ts               not in the file: pass --date
  engine           from backend where it names one; --engine overrules
  measurement_type single_stream if max_concurrency is 1, else batched_online; concurrency = max_concurrency, for a run else the mean
                   in flight
  model_ref, engine_version, gpu_count, quantization, speculative   from server_info if present (model_path, version,
                   tp_size × pp_size × dp_size, quantization, speculative_algorithm); the options overrule
  gpu_name         not in the file: pass --gpu

generated_texts is never read, nor is anything else in server_info (it holds host names and keys). Not converted, and
reported: requests without a first token and without an error, requests whose answer came in one piece.`

/** The response of `/server_info` (the server's arguments and its version); null if the server gave none. */
const ServerInfo = z.object({
  model_path: z.string().min(1).nullish(),
  version: z.string().min(1).nullish(),
  tp_size: z.int().min(1).nullish(),
  pp_size: z.int().min(1).nullish(),
  dp_size: z.int().min(1).nullish(),
  enable_dp_attention: z.boolean().nullish(),
  quantization: z.string().min(1).nullish(),
  speculative_algorithm: z.string().min(1).nullish(),
})
type ServerInfo = z.infer<typeof ServerInfo>

/** The values of --backend that name an engine. */
const ENGINES: Record<string, string> = {
  sglang: 'sglang',
  'sglang-native': 'sglang',
  'sglang-oai': 'sglang',
  'sglang-oai-chat': 'sglang',
  vllm: 'vllm',
  'vllm-chat': 'vllm',
  lmdeploy: 'lmdeploy',
  'lmdeploy-chat': 'lmdeploy',
  trt: 'tensorrt-llm',
}

const number = z.number().nullish()

/** python/sglang/bench_serving.py (2024-09 to 2026-11). */
const Run = z.looseObject({
  backend: z.string(),
  max_concurrency: z.int().min(1).nullish(),
  request_rate: number,
  duration: number,
  completed: number,
  total_input_tokens: number,
  total_output_tokens: number,
  output_throughput: number,
  concurrency: number,
  accept_length: number,
  server_info: ServerInfo.nullish(),
})
type Run = z.infer<typeof Run>

const format: ServingFormat = {
  tool: 'sglang-bench',
  detailFlag: '--output-details',
  schema: Run.transform((run): ServingRun => ({ facts: sglangFacts(run), summary: summaryOf(run) })),
}

/** The serving benchmark of SGLang. */
export const sglangBench: Format = {
  name: 'sglang-bench',
  summary: 'SGLang: python -m sglang.bench_serving --output-file FILE [--output-details]',
  unit: 'request',
  detect: ({ value }) =>
    hasKeys(value, 'backend') &&
    !('model_id' in value) &&
    ['ttfts', 'output_throughput', 'median_ttft_ms', 'dataset_name'].some((key) => key in value),
  help,
  read: (documents) => readServingRuns(format, documents),
}

function sglangFacts({ backend, server_info, accept_length }: Run): Facts {
  const speculative = accept_length ? true : undefined
  return { engine: ENGINES[backend], speculative, ...(server_info && readServerInfo(server_info)) }
}

function readServerInfo(info: ServerInfo): Facts {
  return {
    model_ref: info.model_path ? modelRefOfName(info.model_path) : undefined,
    engine_version: info.version ?? undefined,
    gpu_count: countGpus(info),
    quantization: info.quantization ?? undefined,
    tensor_parallel: info.tp_size ?? undefined,
    pipeline_parallel: info.pp_size ?? undefined,
    data_parallel: info.dp_size ?? undefined,
    speculative: info.speculative_algorithm ? true : undefined,
  }
}

/** With data-parallel attention the replicas share the GPUs of the tensor-parallel group. */
function countGpus({ tp_size, pp_size, dp_size, enable_dp_attention }: ServerInfo): number | undefined {
  if (!tp_size) return undefined
  return tp_size * (pp_size ?? 1) * (enable_dp_attention ? 1 : (dp_size ?? 1))
}

function summaryOf(run: Run): ServingRun['summary'] {
  const perRequest = (total: number | null | undefined) => (total && run.completed ? total / run.completed : undefined)
  const tpot = spreadOf(run, 'tpot')
  return {
    requests: run.completed,
    tokens_in: perRequest(run.total_input_tokens),
    tokens_out: perRequest(run.total_output_tokens),
    ttft: spreadOf(run, 'ttft'),
    tpot: tpot.mean || tpot.p50 ? tpot : spreadOf(run, 'itl'),
    e2e: spreadOf(run, 'e2e_latency'),
    max_concurrency: run.max_concurrency,
    mean_concurrency: run.concurrency,
    request_rate: run.request_rate,
    output_tps: run.output_throughput,
    duration_ms: run.duration && run.duration * 1000,
  }
}

function spreadOf(run: Run, name: string) {
  const read = (statistic: string) => {
    const ms = run[`${statistic}_${name}_ms`]
    return typeof ms === 'number' && ms > 0 ? ms : undefined
  }
  return { mean: read('mean'), p50: read('median'), p90: read('p90'), p95: read('p95'), p99: read('p99') }
}
