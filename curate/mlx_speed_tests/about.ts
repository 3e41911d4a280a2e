import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the mlx-speed-tests rows. */
export const ABOUT: About = {
  id: 'mlx-speed-tests',
  title: 'MLX on Apple M4 Max and M5 Max: inference-speed-tests and mlx-lm BENCHMARKS',
  url: 'https://github.com/itsmostafa/inference-speed-tests',
  revision: '3664dbff50677734dd07527e8b010e4ab459e2af, mlx-lm d78bf58e',
  licence: 'MIT',
  attribution:
    'itsmostafa/inference-speed-tests, MIT License; ml-explore/mlx-lm BENCHMARKS.md (commit d78bf58e217c904ec282ed8da9b947491f78c022), Copyright Apple Inc., MIT License; converted.',
  retrieved: '2026-11-30',
  published: '2026-04',
  method:
    'Single requests with MLX. inference-speed-tests: a short and a long prompt (about 21,000 tokens) with at most 512 tokens out on two laptops with 128 GB; one row per iteration. mlx-lm: a prompt of 2,048 and an answer of 128 tokens at several weight formats on an M4 Max with 64 GB; one row per line. Upstream says that none of the former results are verified.',
  measurement_types: ['single_stream'],
  estimated: [
    {
      field: 'tokens_in',
      note: 'As the summary states it; for long prompts in thousands ("21K").',
    },
    {
      field: 'tokens_out',
      note: '512, the set maximum, where rate × (total time − first token) agrees with it within 2 %; else that product.',
    },
    { field: 'decode_time_ms', note: 'Total time − time to the first token; mlx-lm: 128 / rate.' },
    { field: 'first_token_ms', note: 'mlx-lm: 2,048 / rate of prompt processing.' },
    { field: 'engine_version', note: 'inference-speed-tests states none: unknown. mlx-lm: 0.28.2.' },
    {
      field: 'ts',
      note: 'mlx-lm: the day of the MLX build that the page names, the earliest on which it can have run.',
    },
    { field: 'vram_used_mb_peak', note: 'Peak memory in GB × 1,000.' },
    { field: 'vram_total_mb', note: 'Memory of the machine, which GPU and processor share.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  startUp: {
    what: 'The time to the first token of short prompts (under 128 tokens) is mostly the start of the generator (0.1 s for 11 tokens).',
    handling: 'Kept without first_token_ms and total_time_ms.',
  },
  noResult: {
    what: 'Formats that did not fit into memory (marked with a skull).',
    handling: 'Dropped.',
  },
}
