import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the rapid-mlx-community rows. */
export const ABOUT: About = {
  id: 'rapid-mlx-community',
  title: 'Rapid-MLX community benchmarks: Apple M3 Ultra and M2 Max',
  url: 'https://github.com/raullenchai/Rapid-MLX',
  revision: '7222ca776c029b045cba424e7b2e942c5073529f',
  licence: 'CC0-1.0',
  attribution:
    'raullenchai/Rapid-MLX, community-benchmarks, contributed by pull request and dedicated to the public domain (CC0 1.0); converted.',
  retrieved: '2026-11-30',
  published: '2026-06',
  method:
    'The benchmark of Rapid-MLX (a server on MLX, not mlx-lm): random tokens, greedy, one request at a time, one warm-up and five measured rounds of a short (512 in, 128 out) and a long (2,048 in, 512 out) request. One row per round.',
  measurement_types: ['single_stream'],
  estimated: [
    { field: 'decode_time_ms', note: '(tokens_out − 1) / decode rate of the round.' },
    { field: 'vram_total_mb', note: 'Memory of the machine, which GPU and processor share.' },
    { field: 'vram_used_mb_peak', note: 'Peak memory of the process over all rounds of the submission.' },
    {
      field: 'machine',
      note: 'Chip, GPU cores and memory: submissions that are alike in all of them count as one machine.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  cores: {
    what: 'The name of the chip covers two parts: M3 Ultra with 60 or 80, M2 Max with 30 or 38 GPU cores. Only the field gpu_cores tells them apart.',
    handling:
      'Kept under the name of the chip, as both parts have the same memory bandwidth; the machine names the cores. Prompt processing differs between them.',
  },
  early: {
    what: 'Rounds that produced fewer tokens than asked for cannot be told: only rates are stated.',
    handling: 'tokens_out is the number asked for.',
  },
}
