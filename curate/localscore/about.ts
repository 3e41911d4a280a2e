import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the localscore rows. */
export const ABOUT: About = {
  id: 'localscore',
  title: 'LocalScore sample results',
  url: 'https://github.com/cjpais/LocalScore',
  revision: 'ef2c21fa13d4ad9ab87ee23f88df5b9eecb6b607',
  licence: 'Apache-2.0',
  attribution: 'cjpais/LocalScore, db.sqlite, Copyright 2025 CJ Pais, Apache License 2.0; converted.',
  retrieved: '2026-11-24',
  published: '2025-03',
  method:
    'The LocalScore benchmark of llamafile: nine combinations of prompt and output length per run, one request at a time, with power sampled beside. One row per test result.',
  measurement_types: ['single_stream'],
  estimated: [
    {
      field: 'decode_time_ms',
      note: 'n_gen / gen_tps × 1000. The timer behind gen_tps covers all n_gen tokens, so (n_gen − 1) / decode_time_ms understates by 1 / n_gen: at most 0.4 % at 256 tokens. The results with 16 tokens are too short to count.',
    },
    { field: 'ts', note: 'The day on which the run was stored.' },
    {
      field: 'vram_total_mb',
      note: 'memory_gb of the accelerator × 1024; on Apple chips what the system lets the GPU use. The column for used memory is empty throughout.',
    },
    { field: 'gpu_name', note: 'RTX 4060 Ti: the 16 GB board, from its memory.' },
    { field: 'runs', note: 'Each result is called an average; over how many repetitions is not stated: 1.' },
    { field: 'power_w', note: 'power_watts where above 0; 0 means not measured.' },
    {
      field: 'machine',
      note: 'The system of the run: one for each processor, memory and version of the operating system. Machines alike in all of them count as one.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  cpu: {
    what: 'Results of accelerators of type CPU (EPYC 7352, M4 Max without its GPU).',
    handling: 'Dropped: not a GPU.',
  },
  power: {
    what: 'Results with power_watts 0: power was not measured (Radeon RX 6650 XT).',
    handling: 'Converted without power_w.',
  },
}
