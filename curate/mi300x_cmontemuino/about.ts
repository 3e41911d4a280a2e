import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the mi300x-cmontemuino rows. */
export const ABOUT: About = {
  id: 'mi300x-cmontemuino',
  title: 'MI300X ML benchmarks: vLLM latency of Llama 3.1 8B',
  url: 'https://github.com/cmontemuino/amd-mi300x-ml-benchmarks',
  revision: '40ecc2fb773c9b92ca56d8a7983cc82bd164f4d3',
  licence: 'Apache-2.0',
  attribution: 'cmontemuino/amd-mi300x-ml-benchmarks, datasets/sample-results, Apache License 2.0; converted.',
  retrieved: '2026-11-30',
  published: '2025-08',
  method:
    'The latency benchmark of vLLM: a batch of 1 or 8 equal requests (128 tokens in, 128 out) of Llama 3.1 8B in float16 on one GPU, ten times each at two fractions of its memory. One row per batch.',
  measurement_types: ['single_stream', 'batched_offline'],
  estimated: [
    {
      field: 'model_ref',
      note: 'Llama-3.1-8B-Instruct: the files say Llama-3.1-8B, whose weights have the same size.',
    },
    { field: 'engine_version', note: 'Not stated: unknown.' },
    { field: 'ts', note: 'The day in the name of the file.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  power: {
    what: 'The power logs run for half an hour and longer: loading, idling and later runs are in them, and no stamp says when the ten batches ran (about 7 s).',
    handling: 'Not used: no power_w.',
  },
  memory: { what: 'The memory logs are those of the host.', handling: 'Not used.' },
}
