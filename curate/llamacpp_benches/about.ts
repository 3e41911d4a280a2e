import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the llamacpp-benches rows. */
export const ABOUT: About = {
  id: 'llamacpp-benches',
  title: 'llama.cpp benches: DGX Spark and Apple M2 Ultra',
  url: 'https://github.com/ggml-org/llama.cpp',
  revision: '3795cc1e, 3ca19b0e, 9b342d0a, ef1d8269',
  licence: 'MIT',
  attribution:
    'ggml-org/llama.cpp, benches/, by Georgi Gerganov, Copyright (c) 2023-2026 The ggml authors, MIT License; read from the history of Raudbjorn/ggml-llama.cpp@ae1a0b1c, converted.',
  retrieved: '2026-11-30',
  published: '2026-02',
  method:
    'Two tools on each model. llama-batched-bench: a batch of equal prompts is processed, then generated from together, for several prompt and batch sizes; one row per size. llama-bench: prompt processing (pp) and text generation (tg) behind a prefix of given depth, 5 repetitions; one row per test. The DGX Spark was measured with a build of November 2025 and one of February 2026.',
  measurement_types: ['single_stream', 'batched_offline'],
  estimated: [
    {
      field: 'first_token_ms',
      note: 'llama-batched-bench: the time to process the prompts of the whole batch, an upper bound on the time to the first token. llama-bench: prompt tokens / rate.',
    },
    {
      field: 'decode_time_ms',
      note: 'llama-batched-bench: the time to generate with the whole batch. llama-bench: tokens / rate. Both timers cover all tokens_out tokens, while (tokens_out − 1) / time is published: an understatement by 1 / tokens_out, 3.1 % at 32 tokens.',
    },
    {
      field: 'output_tps',
      note: 'llama-batched-bench: generated tokens of all sequences over prompt and generation time.',
    },
    { field: 'ts', note: 'The day of the commit that added the file.' },
    { field: 'gpu_name', note: 'M2 Ultra: the file does not state its number of cores (76) and memory (192 GB).' },
    { field: 'quantization', note: 'From the name of the repository, else from the column "model" of the table.' },
    { field: 'runs', note: 'llama-bench: 5, its default.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  warmUp: {
    what: 'The first size of each llama-batched-bench run (512 tokens, batch 1) includes the warm-up: up to three times the time per prompt token of batch 2.',
    handling: 'Kept without first_token_ms and output_tps.',
  },
  prefix: {
    what: 'pp tests of llama-bench behind a cached prefix time a part of the prompt only.',
    handling: 'Dropped: that is no time to the first token of a prompt of any size.',
  },
}
