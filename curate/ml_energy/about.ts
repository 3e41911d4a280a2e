import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the ml-energy rows. */
export const ABOUT: About = {
  id: 'ml-energy',
  title: 'The ML.ENERGY Leaderboard v3: vLLM on H100 and B200 with measured power',
  url: 'https://github.com/ml-energy/leaderboard',
  revision: '0cd52dab897c5d91a45f4d413038f3b8b4251b0f',
  licence: 'Apache-2.0',
  attribution:
    'The ML.ENERGY Initiative, ml-energy/leaderboard, Apache License 2.0 as the foot of its page states (src/App.tsx); the repository holds no LICENSE file. The benchmark that made the data, ml-energy/benchmark@c1d6557f, holds one under the same licence. Converted.',
  retrieved: '2026-11-30',
  published: '2026-02',
  method:
    'vLLM under steady load at a set maximum of sequences, power of all GPUs measured with Zeus. One row per configuration of the three text tasks (chat, reasoning problems, filling in code).',
  measurement_types: ['batched_online'],
  estimated: [
    {
      field: 'decode_time_ms',
      note: 'Median inter-token latency × (tokens_out − 1): pauses for the prompts of others are hidden by the median.',
    },
    { field: 'concurrency', note: 'The mean batch size, rounded.' },
    {
      field: 'tokens_out',
      note: 'Mean output length, rounded. Prompt lengths and the time to the first token are not stated.',
    },
    { field: 'gpu_name', note: 'H100 and B200: the SXM parts with 80 and 180 GB.' },
    { field: 'engine_version', note: 'Not stated: unknown. ts is not stated either.' },
    { field: 'power_w', note: 'avg_power_watts: measured, of all GPUs of the configuration.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  media: {
    what: 'Tasks whose prompts hold images or video.',
    handling: 'Dropped: their prompts do not compare with text.',
  },
  hostBound: {
    what: 'gpqa on one B200 for Qwen3-8B, 14B, 30B-A3B-Thinking, 32B and Nemotron Nano 9B and 12B: 17 to 44 ms per token at 300 W, where the same model does 4 to 14 ms at over 640 W in chat and an H100 is two to three times faster.',
    handling: 'Dropped, the whole group: bound by something other than the GPU.',
  },
  slump: {
    what: 'Llama-3.1-8B on one B200 at 128 sequences: less throughput than at 64.',
    handling: 'Dropped, as the group above.',
  },
}
