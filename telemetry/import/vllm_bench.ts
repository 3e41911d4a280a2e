import { z } from 'zod'
import { modelRefOfName } from './model_name.ts'
import { readServingRuns, type ServingFormat } from './serving_run.ts'
import type { BenchTool } from './types.ts'

const help = `Reads the result files of vllm bench serve --save-result --save-detailed, and of benchmark_serving.py --save-result
before it; files to which --append-result added runs, too.

  tokens_in        input_lens
  first_token_ms   ttfts × 1000
  tokens_out       output_lens
  decode_time_ms   the sum of itls × 1000
  exit             error if errors holds a text (the text itself is never copied), else ok
  ts               the day of date
  model_ref        hf:<model_id>; the base name if model_id is a path; --model overrides
  engine           from backend (vllm and the openai kinds are vLLM); --engine overrules
  measurement_type single_stream if max_concurrency is 1, else batched_online; concurrency = max_concurrency
  engine_version, gpu_name, gpu_count, quantization   not in the file: pass them (without, the version is
                   "unknown" and the sample counts as that of one GPU)

generated_texts is never read. Not converted, and reported: requests without a first token and without an error (the tool
writes 0 for the time of a token that never came), requests whose answer came in one piece, runs saved without
--save-detailed, which keep only means.`

/** The values of --backend (in older versions --endpoint-type) that name an engine; the openai kinds are vLLM's own server. */
const ENGINES: Record<string, string> = {
  vllm: 'vllm',
  openai: 'vllm',
  'openai-chat': 'vllm',
  tgi: 'tgi',
  'tensorrt-llm': 'tensorrt-llm',
  sglang: 'sglang',
  lmdeploy: 'lmdeploy',
  'llama.cpp': 'llama.cpp',
  'deepspeed-mii': 'deepspeed-mii',
}

/** vllm/benchmarks/serve.py: `date` is the local time as YYYYmmdd-HHMMSS; spec_decode_… keys stand there with speculative decoding. */
const facts = z
  .looseObject({
    date: z.string().regex(/^\d{8}-\d{6}$/),
    backend: z.string().optional(),
    model_id: z.string().min(1),
    max_concurrency: z.int().min(1).nullish(),
  })
  .transform(({ date, backend, model_id, max_concurrency, ...rest }) => ({
    ts: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}T00:00:00Z`,
    model_ref: modelRefOfName(model_id),
    engine: backend === undefined ? undefined : ENGINES[backend],
    max_concurrency,
    speculative: Object.keys(rest).some((key) => key.startsWith('spec_decode_')),
  }))

const format: ServingFormat = { tool: 'vllm-bench', detailFlag: '--save-result --save-detailed', facts }

/** The serving benchmark of vLLM. */
export const vllmBench: BenchTool = {
  name: 'vllm-bench',
  summary: 'vLLM: vllm bench serve --save-result --save-detailed',
  unit: 'request',
  unitsPerEvent: 1,
  requires: [{ option: 'gpu', flag: '--gpu NAME', why: 'the result files of vLLM do not name the GPU' }],
  produce: `run the benchmark with ${format.detailFlag} and pass the file it saves`,
  help,
  read: (documents, options) => readServingRuns(format, documents, options),
}
