import { z } from 'zod'
import { modelRefOfName } from './model_name.ts'
import { type RunFacts, readServingRuns, type ServingFormat } from './serving_run.ts'
import type { BenchTool } from './types.ts'

const help = `Reads the output of python -m sglang.bench_serving --output-file FILE --output-details: one run a line.

  tokens_in        input_lens; tokens_in_cached from cached_tokens if run with --cache-report
  first_token_ms   ttfts × 1000
  tokens_out       output_lens
  decode_time_ms   the sum of itls × 1000
  exit             error if errors holds a text (the text itself is never copied), else ok
  ts               not in the file: pass --date
  engine           from backend; --engine overrules
  measurement_type single_stream if max_concurrency is 1, else batched_online; concurrency = max_concurrency
  model_ref, engine_version, gpu_count, quantization, speculative   from server_info if present (model_path, version,
                   tp_size × pp_size × dp_size, quantization, speculative_algorithm); the options overrule
  gpu_name         not in the file: pass --gpu

generated_texts is never read, nor is anything else in server_info (it holds host names and keys). Not converted, and
reported: requests without a first token and without an error, requests whose answer came in one piece, runs saved without
--output-details, which keep only means.`

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

const facts = z
  .object({
    backend: z.string(),
    max_concurrency: z.int().min(1).nullish(),
    server_info: ServerInfo.nullish(),
  })
  .transform(({ backend, max_concurrency, server_info }) => ({
    engine: ENGINES[backend],
    max_concurrency,
    ...(server_info && readServerInfo(server_info)),
  }))

const format: ServingFormat = { tool: 'sglang-bench', detailFlag: '--output-details', facts }

/** The serving benchmark of SGLang. */
export const sglangBench: BenchTool = {
  name: 'sglang-bench',
  summary: 'SGLang: python -m sglang.bench_serving --output-file FILE --output-details',
  unit: 'request',
  unitsPerEvent: 1,
  requires: [
    { option: 'gpu', flag: '--gpu NAME', why: 'the result files of SGLang do not name the GPU' },
    { option: 'date', flag: '--date YYYY-MM-DD', why: 'the result files of SGLang do not say on which day they ran' },
  ],
  produce: `run the benchmark with --output-file FILE ${format.detailFlag} and pass that file`,
  help,
  read: (documents, options) => readServingRuns(format, documents, options),
}

function readServerInfo(info: ServerInfo): RunFacts {
  return {
    model_ref: info.model_path ? modelRefOfName(info.model_path) : undefined,
    engine_version: info.version ?? undefined,
    gpu_count: countGpus(info),
    quantization: info.quantization ?? undefined,
    speculative: Boolean(info.speculative_algorithm),
  }
}

/** With data-parallel attention the replicas share the GPUs of the tensor-parallel group. */
function countGpus({ tp_size, pp_size, dp_size, enable_dp_attention }: ServerInfo): number | undefined {
  if (!tp_size) return undefined
  return tp_size * (pp_size ?? 1) * (enable_dp_attention ? 1 : (dp_size ?? 1))
}
