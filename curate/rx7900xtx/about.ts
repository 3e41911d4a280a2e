import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the rx7900xtx-1337hero rows. */
export const ABOUT: About = {
  id: 'rx7900xtx-1337hero',
  title: 'llama-bench on two Radeon RX 7900 XTX with Vulkan',
  url: 'https://github.com/1337hero/rx7900xtx-llama-bench-vulcan',
  revision: '6d88857a227b1f89b16a142c07d10200c2823d98',
  licence: 'MIT',
  attribution: '1337hero/rx7900xtx-llama-bench-vulcan, MIT License; converted.',
  retrieved: '2026-11-30',
  published: '2025-12',
  method:
    'llama-bench (Vulkan) of Llama-2-7B Q4_0 on one machine with two cards: each card alone and both together, prompt processing of 512 tokens (pp) and generation of 128 (tg), 5 repetitions. One row per test of the last of six logs.',
  measurement_types: ['single_stream'],
  estimated: [
    {
      field: 'first_token_ms',
      note: 'pp rows: 512 / rate; tokens_out is 1 and there is no decode_time_ms. tg rows have no prompt and no first_token_ms.',
    },
    {
      field: 'decode_time_ms',
      note: 'tg rows: 128 / rate. The timer covers all 128 tokens, while (tokens_out − 1) / time is published: an understatement of 0.8 %.',
    },
    { field: 'gpu_count', note: '2 under the heading DUAL GPU, else 1.' },
    { field: 'runs', note: '5, the default of llama-bench.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  settings: {
    what: 'Six logs of one day measure the same with other settings (cooperative matrices off, smaller batches, flash attention on and off), the earlier ones up to four times slower.',
    handling:
      'Only the last log is converted, whose settings the author arrived at; the tests of the others are dropped.',
  },
  slots: {
    what: 'The two cards sit in unequal slots: 151 against 173 tokens/s.',
    handling: 'Both kept.',
  },
}
