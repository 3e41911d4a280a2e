import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the consumer-blackwell rows. */
export const ABOUT: About = {
  id: 'consumer-blackwell',
  title: 'LLM serving on consumer Blackwell GPUs: RTX 5060 Ti, 5070 Ti and 5090',
  url: 'https://github.com/hholtmann/llm-consumer-gpu-benchmark',
  revision: '59e354196fc6d484d2d89dd17ab85908b263f133',
  licence: 'MIT',
  attribution:
    'hholtmann/llm-consumer-gpu-benchmark (arXiv 2601.09527), MIT License as its README states; the LICENSE file that the README points to is missing in this revision. Converted.',
  retrieved: '2026-11-30',
  published: '2026-01',
  method:
    'AIPerf closed loops of 500 requests each against vLLM 0.12.0 on rented machines with one or two GPUs: short requests (api), long prompts (rag) and prompts with LoRA adapters (agentic), at a set concurrency. One row per run, the mean over its requests; runs whose server never became ready are one failed row each.',
  measurement_types: ['batched_online'],
  estimated: [
    { field: 'engine_version', note: '0.12.0, which the logs of 64 runs print; the files of a run do not state it.' },
    { field: 'gpu_name', note: '"RTX 5060 Ti" is the 16 GB board: runs fill more than 8 GB of it.' },
    { field: 'decode_time_ms', note: 'Mean inter-token latency × (tokens_out − 1).' },
    { field: 'quantization', note: 'From the name of the benchmark (nvfp4, w4a16, mxfp4, bf16).' },
    {
      field: 'power_w',
      note: 'Absent: the power logs carry no time stamps and run from before the model is loaded, so the part under load cannot be cut out.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  failed: {
    what: 'Runs whose server never became ready (models with 8k prompts on one 16 GB board).',
    handling: 'Kept as one row each with exit error and without times: they count for the error rate only.',
  },
  contradictory: {
    what: 'A complete profile whose metadata says that the run failed, and a profile without metadata.',
    handling: 'Dropped.',
  },
  requestError: {
    what: 'Runs in which one of the 500 requests failed.',
    handling: 'Kept: the means are those of the other 499, and requests says so.',
  },
  lora: {
    what: 'Agentic runs serve LoRA adapters beside the base model, which costs speed.',
    handling: 'Kept: no other run of this source has their prompt size (2k), so no cell mixes them with plain runs.',
  },
}
