import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the gpustack-perf-lab rows. */
export const ABOUT: About = {
  id: 'gpustack-perf-lab',
  title: 'GPUStack performance lab: vLLM, SGLang and TensorRT-LLM on A100, H100 and H200',
  url: 'https://github.com/gpustack/gpustack',
  revision: '47277d79f4a5bae12a2d25e9ecbed2a2177a5f2d',
  licence: 'Apache-2.0',
  attribution: 'gpustack/gpustack, docs/performance-lab, Apache License 2.0; converted.',
  retrieved: '2026-11-30',
  published: '2026-07',
  method:
    'Serving benchmarks of one model on one machine per page, over engines and settings: `vllm bench serve`, on some pages guidellm. Most runs send all prompts at once. One row per printed result, the mean over its requests; settings that did not start count as rows read.',
  measurement_types: ['single_stream', 'batched_online'],
  estimated: [
    {
      field: 'model_ref, engine, gpu_count',
      note: 'From the command above the result: the product of its degrees of parallelism. On pages of guidellm from the heading, else from the command that the page recommends.',
    },
    { field: 'tokens_in, tokens_out', note: 'Totals over the requests divided by their number, rounded.' },
    {
      field: 'decode_time_ms',
      note: 'Mean time per output token × (tokens_out − 1); guidellm: mean latency − mean time to the first token.',
    },
    {
      field: 'concurrency',
      note: "The set maximum where the benchmark had one. Else the mean number of requests in flight over the run, by Little's law: requests per second × mean time in the system. The time in the system takes the smaller of the mean time per token and the mean gap between chunks. The peak that is printed is not used.",
    },
    { field: 'ts', note: 'Not stated. The pages were written between October 2025 and July 2026.' },
    {
      field: 'quantization',
      note: 'From the name of the repository; where it says none, the format in which it is stored, as the engines load it.',
    },
    {
      field: 'gpu_name',
      note: '"NVIDIA H100 SXM GPU", "NVIDIA H200", "A100 SXM (80GB)": the SXM parts with 80, 141 and 80 GB.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  merged: {
    what: 'Results of guidellm whose client merged chunks (median inter-token latency 0): its times to the first token and per token do not add up to the latency.',
    handling: 'Kept with the total latency and the throughput only.',
  },
  perToken: {
    what: 'guidellm prints as "Time per Output Token (excl. 1st token)" the whole latency divided by the tokens.',
    handling: 'Not used: the decode time is the latency less the time to the first token.',
  },
  burst: {
    what: 'All prompts are sent at once: the time to the first token is mostly time in the queue (seconds to minutes).',
    handling: 'Kept: the concurrency says how many were in flight.',
  },
  short: {
    what: 'Results with 4 output tokens per request.',
    handling: 'Kept for first token, total time and throughput; too short for a decode speed.',
  },
  repeated: {
    what: 'Results printed a second time on the same page, as the baseline or the optimum of a comparison.',
    handling: 'Dropped the second time.',
  },
  otherModel: {
    what: 'A command that starts another model than the page is about (gpt-oss-120b on the page of gpt-oss-20b).',
    handling: 'Dropped: nothing tells which of the two ran.',
  },
  tooLarge: {
    what: 'Commands on two H100 that name GLM-4.5-Air in 16 bit, which is larger than their memory.',
    handling: 'Dropped: another weight format ran than the command names.',
  },
  ascend: {
    what: 'Results on "Ascend 910B", which covers several parts; the head of one page names another model than its commands.',
    handling: 'Dropped.',
  },
  notStarted: {
    what: 'Settings that the engine refused (ValueError, NotImplementedError …), printed in the place of a result.',
    handling: 'Dropped: they say that a setting is not supported, not how often requests fail.',
  },
}
