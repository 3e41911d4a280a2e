import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the rtx4070-laptop-ghost91 rows. */
export const ABOUT: About = {
  id: 'rtx4070-laptop-ghost91',
  title: 'llama-bench on a GeForce RTX 4070 Laptop GPU',
  url: 'https://github.com/ghost91-/llama-bench',
  revision: 'b4632eaab38c61600f2ee731bb046842113b9c5a',
  licence: 'MIT',
  attribution: 'ghost91-/llama-bench, fit-bench-results.csv, MIT License; converted.',
  retrieved: '2026-11-30',
  published: '2026-06',
  method:
    'llama-bench on one laptop (8 GB GPU, 64 GB memory): the largest context and number of layers that fit, then prompt processing of 4,096 tokens (pp) and generation of 128 (tg), 20 repetitions as a rule. A line of the source holds both tests; one row per test. Rows count tests.',
  measurement_types: ['single_stream'],
  estimated: [
    {
      field: 'first_token_ms',
      note: 'pp rows: 4,096 / rate; tokens_out is 1 and there is no decode_time_ms. tg rows have no prompt and no first_token_ms.',
    },
    {
      field: 'decode_time_ms',
      note: 'tg rows: 128 / rate. The timer covers all 128 tokens, while (tokens_out − 1) / time is published: an understatement of 0.8 %.',
    },
    { field: 'engine_version', note: 'The build is not stated: unknown.' },
    {
      field: 'engine_backend',
      note: 'cuda: layers are offloaded to an NVIDIA GPU; the file does not name the backend.',
    },
    { field: 'vram_total_mb', note: '8,188 MB, the size of the board. Memory in use is not stated.' },
    { field: 'weights_mb', note: 'size_gib × 1,024: the size of the file.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  offloaded: {
    what: 'Tests with layers or experts on the processor (ngl not "all", or offload set): they tell the speed of the memory of the laptop, not of its GPU.',
    handling: 'Dropped.',
  },
  vision: {
    what: 'Tests of mode "vision" keep the image encoder in memory and repeat the text tests.',
    handling: 'Kept as repetitions: the speed of text is the same.',
  },
}
