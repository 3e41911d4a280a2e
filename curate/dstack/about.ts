import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the dstack rows. */
export const ABOUT: About = {
  id: 'dstack',
  title: 'dstack benchmarks: 8×H100 against 8×MI300X, TGI against vLLM',
  url: 'https://github.com/dstackai/benchmarks',
  revision: '06c957ab51572ca18db9c1f4bb254a9eb86df4d7',
  licence: 'Apache-2.0',
  attribution:
    'dstackai/benchmarks, by dstack and contributors, Apache License 2.0; converted, generated texts left out.',
  retrieved: '2026-11-24',
  published: '2024-11',
  method:
    'vLLM benchmark_serving.py: 1,000 ShareGPT prompts per file, arriving at 16, 32 or 1,000 requests per second, tensor parallel over 8 GPUs; one row per request. The TGI against vLLM study ran a modified benchmark_serving.py on sonnet prompts against Llama-3.1-405B-Instruct; one row per run, each the mean over its successful requests, those with a single request being single-stream. Rows count requests for the former and runs for the latter. Not converted: csv_data/*.csv (run-level summaries and latency curves without per-request times) and the aggregates of pd_ratio.',
  measurement_types: ['single_stream', 'batched_online'],
  estimated: [
    {
      field: 'ts',
      note: 'The day of the run; the start of a single request is not stored. Null in the study, which states no day.',
    },
    {
      field: 'engine_version',
      note: 'Not in the result files. README of the comparison: 0.6.3.post2.dev308+gb489fc3c for the H100 machine and 0.6.3.dev109+gcb3b2b9b.d20241010 for meta-llama/Llama-3.1-405B-FP8 on the MI300X machine. The runs under misc/ (no-rpc) are older and described nowhere: unknown. README of the study: vLLM 0.6.3.dev116+g151ef4ef, TGI image sha-11d7af7-rocm.',
    },
    {
      field: 'gpu_name',
      note: 'From the folder and the README (NVIDIA H100 80GB HBM3, AMD Instinct MI300X), 8 of them.',
    },
    {
      field: 'machine',
      note: 'The README describes one machine for the H100 runs and one for the MI300X runs. The runs under misc/ and the study are not told apart by machine: absent.',
    },
    {
      field: 'decode_time_ms',
      note: 'Sum of the gaps between chunks of a request; in the study mean TPOT × (tokens_out − 1).',
    },
    {
      field: 'concurrency',
      note: "The mean number of requests in flight over the run, by Little's law: requests per second × mean time in the system, from the means that the file states. Absent in the run that generated nothing.",
    },
    {
      field: 'output_tps, request_rate',
      note: 'Those of the whole run, on every request of it.',
    },
    {
      field: 'tokens_in, tokens_out',
      note: 'Recounted by the script from the texts with the tokenizer of the model; in the study totals over the successful requests, divided by their number and rounded.',
    },
    {
      field: 'quantization',
      note: 'fp8 from the model id. bf16 in the study: the repository holds BF16 weights and the command asks for no other format.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  error: {
    what: 'Requests that ended in a traceback (response payload not completed), all in the no-rpc run at 1,000 requests per second.',
    handling: 'Kept with exit error and without times: they count for the error rate only.',
  },
  empty: {
    what: 'Requests that the script counts as completed although no token arrived (output length 0, TTFT 0, no gaps): about 378 of 1,000 in each file, and the 17 that did not fail in the no-rpc run at 1,000 requests per second.',
    handling:
      'Kept with exit ok, tokens_out 0, no first_token_ms (the 0 is a placeholder, not a time) and decode_time_ms 0: they count for the rates and for no speed or latency.',
  },
  gaps: {
    what: 'Requests whose number of gaps between chunks is not tokens_out − 1: the text was recounted after the fact, or several tokens came in one chunk.',
    handling: 'Kept: the sum of the gaps is the time from the first to the last chunk all the same.',
  },
  study: {
    what: 'Rows of the TGI against vLLM study are means over requests; failed requests are not stated there.',
    handling:
      'Converted as one observation each with runs = successful requests. Such rows tell nothing about error rates.',
  },
}
