import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the aiconfigurator-silicon rows. */
export const ABOUT: About = {
  id: 'aiconfigurator-silicon',
  title: 'AIConfigurator silicon sample: serving on H100, H200, B200, GB200 and B300',
  url: 'https://github.com/ai-dynamo/aiconfigurator',
  revision: '095f58a51c4ca8e61b66ec108d86f223f8d559ce',
  licence: 'Apache-2.0',
  attribution:
    'ai-dynamo/aiconfigurator, silicon_sample.csv, Copyright NVIDIA Corporation & Affiliates, Apache License 2.0; converted. The repository calls it a dump of its benchmark database of April 2026; where each measurement was made is not stated, so the credit is to this repository.',
  retrieved: '2026-11-30',
  published: '2026-04',
  method:
    'Closed-loop serving benchmarks at a set concurrency, over models, GPUs, engines, weight formats and degrees of parallelism. One row per configuration that ran on one pool of GPUs (mode agg), with the means over its requests.',
  measurement_types: ['single_stream', 'batched_online'],
  estimated: [
    {
      field: 'tokens_in, tokens_out',
      note: 'The nominal lengths; the benchmark draws the true ones from 80 to 100 % of them.',
    },
    { field: 'decode_time_ms', note: 'Mean time per output token × (tokens_out − 1).' },
    {
      field: 'model_ref',
      note: 'deepseek-ai/DeepSeek-V3 is DeepSeek-R1 where the id says dsr1; zhipuai/GLM-5 is zai-org/GLM-5; meta-llama/Llama-3.1-70B stays the Llama 3.1 that it names, although the weights may be those of Llama 3.3, which has the same size.',
    },
    {
      field: 'gpu_count',
      note: 'Tensor × pipeline × attention-data parallelism. Where a dump holds the product of tensor and expert parallelism in one of those columns, the degree of the experts.',
    },
    {
      field: 'engine_version',
      note: 'unknown where it is not stated, is the tag of an image that names no version, or stands beside an image of NVIDIA Dynamo, whose version it is.',
    },
    { field: 'quantization', note: 'precision; fp4 is nvfp4. gpt-oss is mxfp4, the only format of its weights.' },
    {
      field: 'speculative',
      note: 'Not stated: absent. Some runs of DeepSeek-R1 look as if multi-token prediction was on.',
    },
    { field: 'ts', note: 'The day of "measured=", where there is one.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  disaggregated: {
    what: 'Configurations with separate pools of GPUs for prompts and for generation (mode disagg).',
    handling: 'Dropped: their GPUs and loads are two, not one.',
  },
  noConcurrency: { what: 'Runs without a concurrency.', handling: 'Dropped.' },
  unfinished: { what: 'Runs marked as unfinished (wip=True).', handling: 'Dropped.' },
  repeated: {
    what: 'The same configuration, engine version and concurrency in up to three dumps.',
    handling: 'Kept once: the one with a day, and that with the most digits.',
  },
  contradictory: {
    what: 'Configurations whose entries differ by more than 10 % in the time per token (up to four times).',
    handling: 'Dropped with all their entries.',
  },
  gpus: {
    what: 'Degrees of parallelism that contradict each other, or take more GPUs than a server holds (up to 72 in one tensor-parallel group).',
    handling: 'Dropped: the number of GPUs is not known.',
  },
  product: {
    what: 'Dumps that hold tensor × expert parallelism in the column of tensor or attention-data parallelism (64 for 8 GPUs).',
    handling: 'gpu_count is the degree of the experts; the degrees are left out.',
  },
  queue: {
    what: 'Runs with a mean time to the first token above 60 s: a saturated queue.',
    handling: 'Kept: it is what this load gives.',
  },
  dynamoVersion: {
    what: 'Versions beside an image of NVIDIA Dynamo are those of Dynamo.',
    handling: 'engine_version is unknown.',
  },
}
