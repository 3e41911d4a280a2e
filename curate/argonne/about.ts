import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the argonne rows. */
export const ABOUT: About = {
  id: 'argonne',
  title: 'LLM-Inference-Bench (Argonne Leadership Computing Facility)',
  url: 'https://github.com/argonne-lcf/LLM-Inference-Bench',
  revision: '4211f5d4e9bc0145ed541b6d372d5d8223b44235',
  licence: 'BSD-3-Clause',
  attribution: 'LLM-Inference-Bench, Copyright (c) 2024, UChicago Argonne, LLC, BSD 3-Clause License; converted.',
  retrieved: '2026-11-24',
  published: '2024-11',
  method:
    'Offline runs of fixed batches with equal prompt and output length on nine accelerators and six frameworks; the end-to-end latency of the batch is given (All_results), for some runs the time to the first token as well (Fig. 22). One row per run. Batch 1 is single-stream, larger batches are batched_offline with concurrency = batch size. Not converted: Fig. 3 (weight and KV cache formats), Fig. 16 (power) and Fig. 21 (the first-token times of Fig. 22 again).',
  measurement_types: ['single_stream', 'batched_offline'],
  estimated: [
    {
      field: 'gpu_name',
      note: 'The labels name product lines. Taken as: A100 → A100 SXM4 40GB (every configuration fits into 40 GB per GPU), H100 → H100 SXM5 80GB, GH200 → 96 GB HBM3, Intel PVC → Data Center GPU Max 1550. "Num of Hardware" counts whole MI250 and Max 1550 packages, not dies: Mixtral-8x7B in 16 bit does not fit into one die.',
    },
    { field: 'engine_version', note: 'Not stated: unknown. ts and quantization are not stated either.' },
    {
      field: 'decode_time_ms',
      note: 'Fig. 22: end latency − TTFT latency, the two being separate runs of the same configuration (the latter with one output token). All_results: null, only total_time_ms is known.',
    },
    {
      field: 'tokens_out',
      note: 'Fig. 22: 1,024, as its end latencies are those of the 1,024-token runs of All_results; its column "Output Length" (1) belongs to the first-token run.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  tooFast: {
    what: 'Runs that finish faster than the weights can be read from memory once per output token (16 bit, active parameters, 1.1 × bandwidth ceiling × GPUs): 9 at batch 1 and the larger batches of the same configurations. They look like runs that stopped early, most of them at a length of 2,048, beyond the context of the model.',
    handling: 'Dropped. For the A100 the ceiling of the 80 GB part is used.',
  },
  shrinking: {
    what: 'Runs that take less than half the time of the same configuration at half the length.',
    handling: 'Dropped: stopped early like their siblings above the bandwidth limit.',
  },
  promptBatch: {
    what: 'llama.cpp runs with a "Batch Size" above 1: the source computes their throughput from a single sequence, so the number is the prompt batch of llama-bench, not concurrent requests.',
    handling: 'Dropped: neither the concurrency nor an equal setting of the single-stream runs is known.',
  },
  figure22: {
    what: 'Runs of All_results that Fig. 22 gives again, with the time to the first token.',
    handling: 'Dropped from All_results and converted from Fig. 22, so that a run counts once.',
  },
  repeated: {
    what: 'Runs of a configuration that occurred before, with another latency (24 of them because Intel PVC and Intel Max 1550 are taken for the same part).',
    handling: 'Kept as repetitions.',
  },
  noEnd: {
    what: 'Rows of Fig. 22 without an end latency.',
    handling: 'Kept with first_token_ms only and tokens_out 1: the first-token run.',
  },
}
