import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the lmdeploy-a100 rows. */
export const ABOUT: About = {
  id: 'lmdeploy-a100',
  title: 'LMDeploy TurboMind benchmark on A100',
  url: 'https://github.com/InternLM/lmdeploy',
  revision: '1263d5cd889b7ad500e85b8eb20401327a4516ab',
  licence: 'Apache-2.0',
  attribution: 'InternLM/lmdeploy, docs/en/benchmark/a100_fp16.md, Apache License 2.0; converted.',
  retrieved: '2026-11-30',
  published: '2024-02',
  method:
    'LMDeploy 0.2.0 on A100 80 GB in fp16. Static table: batches of equal requests of Llama-2-7B. Request table: 3,000 ShareGPT prompts at a maximum batch. One row per line.',
  measurement_types: ['single_stream', 'batched_online', 'batched_offline'],
  estimated: [
    { field: 'first_token_ms', note: 'FTL(ave): the mean over requests.' },
    { field: 'total_time_ms', note: 'Static table: batch × output_tokens / throughput.' },
    { field: 'decode_time_ms', note: 'Static table: total time − first token. Request table: not stated.' },
    {
      field: 'tokens_in, tokens_out',
      note: 'Request table: throughput (total less output, and output) / requests per second.',
    },
    { field: 'concurrency', note: 'The batch; in the request table its maximum.' },
    { field: 'gpu_name', note: '"A100-80G(x8)": the SXM part.' },
    { field: 'vram_used_mb_peak', note: 'Absent: the column mem is the pool that the engine reserves.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  old: { what: 'An engine version and a model of early 2024.', handling: 'Kept, with the month of the page.' },
  waits: {
    what: 'Batch 64 with 2,048 tokens in and out waits for cache blocks: a mean first token of 39 s, the slowest of 116 s.',
    handling: 'Dropped: it is no batch of 64 at a time.',
  },
}
