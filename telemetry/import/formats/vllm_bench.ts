import { z } from 'zod'
import { modelRefOfName } from '../../../contracts/names/model_ref.ts'
import { dayOf, hasKeys } from '../reading.ts'
import { readServingRuns, type ServingFormat, type ServingRun } from '../serving/run.ts'
import type { Facts, Format } from '../types.ts'

const help = `Reads the result files of vllm bench serve --save-result, of benchmark_serving.py before it, and those that InferenceX derives
from it (times in seconds); files to which --append-result added runs, too. With --save-detailed each request becomes a
sample, without it the summary becomes one run.

  tokens_in        input_lens (in a run the mean: total_input_tokens / completed)
  first_token_ms   ttfts × 1000 (in a run mean_ttft_ms, else median_ttft_ms)
  tokens_out       output_lens (in a run the mean)
  decode_time_ms   the sum of itls × 1000 (in a run mean_tpot_ms × (tokens_out − 1), else of the median)
  output_tps       output_throughput, of all requests together
  exit             error if errors holds a text (the text itself is never copied), else ok
  ts               the day of date
  model_ref        hf:<model_id>; the base name if model_id is a path; --model overrules
  engine           from backend where it names an engine. The openai kinds measure any server: pass --engine, unless the file
                   holds what only vLLM reports (spec_decode_…)
  measurement_type single_stream if max_concurrency is 1, else batched_online; concurrency = max_concurrency, for a run in an
                   open loop the mean in flight by Little's law
  engine_version, gpu_name, gpu_count, quantization   from --metadata version=… gpu=… tp=… quantization=… if given there; else pass
                   them (without, the version is "unknown" and the sample counts as that of one GPU)

generated_texts is never read. Not converted, and reported: requests without a first token and without an error (the tool
writes 0 for the time of a token that never came), requests whose answer came in one piece, runs without a completed
request.`

/** The values of --backend (in older versions --endpoint-type) that name an engine. */
const ENGINES: Record<string, string> = {
  vllm: 'vllm',
  'vllm-chat': 'vllm',
  tgi: 'tgi',
  'tensorrt-llm': 'tensorrt-llm',
  sglang: 'sglang',
  lmdeploy: 'lmdeploy',
  'llama.cpp': 'llama.cpp',
  'deepspeed-mii': 'deepspeed-mii',
}

const number = z.number().nullish()
const text = z.union([z.string(), z.number()]).nullish()

/** vllm/benchmarks/serve.py (2024-06 to 2026-11): `date` is the local time as YYYYmmdd-HHMMSS; --metadata adds keys of its own. */
const Run = z.looseObject({
  date: z.string().optional(),
  backend: z.string().optional(),
  endpoint_type: z.string().optional(),
  model_id: z.string().min(1),
  max_concurrency: z.int().min(1).nullish(),
  request_rate: text,
  duration: number,
  completed: number,
  total_input_tokens: number,
  total_output_tokens: number,
  output_throughput: number,
  version: text,
  vllm_version: text,
  engine_version: text,
  gpu: text,
  gpu_name: text,
  gpu_count: text,
  quantization: text,
  tp: text,
  tensor_parallel_size: text,
  pp: text,
})
type Run = z.infer<typeof Run>

const format: ServingFormat = {
  tool: 'vllm-bench',
  detailFlag: '--save-result --save-detailed',
  schema: Run.transform((run): ServingRun => ({ facts: factsOf(run), summary: summaryOf(run) })),
}

/** The serving benchmark of vLLM. */
export const vllmBench: Format = {
  name: 'vllm-bench',
  summary: 'vLLM: vllm bench serve --save-result [--save-detailed]',
  unit: 'request',
  detect: ({ value }) =>
    hasKeys(value, 'model_id') &&
    ('ttfts' in value || Object.keys(value).some((key) => /^(?:mean|median)_(?:ttft|tpot|e2el)/.test(key))),
  help,
  read: (documents) => readServingRuns(format, documents),
}

function factsOf(run: Run): Facts {
  const tensor = wholeNumber(run.tp ?? run.tensor_parallel_size)
  const pipeline = wholeNumber(run.pp)
  const stated = wholeNumber(run.gpu_count)
  const speculative = Object.keys(run).some((key) => key.startsWith('spec_decode_'))
  const backend = run.backend ?? run.endpoint_type
  return {
    ts:
      run.date && /^\d{8}-/.test(run.date)
        ? dayOf(run.date.replace(/^(\d{4})(\d{2})(\d{2})-.*/, '$1-$2-$3'))
        : undefined,
    model_ref: modelRefOfName(run.model_id),
    engine: (backend && ENGINES[backend]) || (speculative ? 'vllm' : undefined),
    engine_version: asText(run.engine_version ?? run.vllm_version ?? run.version),
    gpu_name: asText(run.gpu_name ?? run.gpu),
    gpu_count: stated ?? (tensor && tensor * (pipeline ?? 1)),
    quantization: asText(run.quantization),
    tensor_parallel: tensor,
    pipeline_parallel: pipeline,
    speculative: speculative || undefined,
  }
}

function summaryOf(run: Run): ServingRun['summary'] {
  const perRequest = (total: number | null | undefined) => (total && run.completed ? total / run.completed : undefined)
  const rate = Number(run.request_rate)
  return {
    requests: run.completed,
    tokens_in: perRequest(run.total_input_tokens),
    tokens_out: perRequest(run.total_output_tokens),
    ttft: spreadOf(run, 'ttft'),
    tpot: spreadOf(run, 'tpot'),
    e2e: spreadOf(run, 'e2el'),
    max_concurrency: run.max_concurrency,
    request_rate: Number.isFinite(rate) ? rate : undefined,
    output_tps: run.output_throughput,
    duration_ms: run.duration && run.duration * 1000,
  }
}

/** `mean_ttft_ms` of vLLM, `mean_ttft` in seconds of what InferenceX derives from it. */
function spreadOf(run: Run, name: string) {
  const read = (statistic: string) => {
    const ms = run[`${statistic}_${name}_ms`]
    if (typeof ms === 'number') return ms
    const seconds = run[`${statistic}_${name}`]
    return typeof seconds === 'number' ? seconds * 1000 : undefined
  }
  return {
    mean: read('mean'),
    p50: read('median') ?? read('p50'),
    p90: read('p90'),
    p95: read('p95'),
    p99: read('p99'),
  }
}

function asText(value: string | number | null | undefined): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : String(value)
}

function wholeNumber(value: string | number | null | undefined): number | undefined {
  const parsed = Number(asText(value) ?? Number.NaN)
  return Number.isInteger(parsed) && parsed > 0 ? parsed : undefined
}
