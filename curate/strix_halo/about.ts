import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the strix-halo-lhl rows. */
export const ABOUT: About = {
  id: 'strix-halo-lhl',
  title: 'Strix Halo testing: llama.cpp on the Radeon 8060S',
  url: 'https://github.com/lhl/strix-halo-testing',
  revision: '5ee14b5b0ecfbd16b7fd0aa41a91581c32b33b61',
  licence: 'Apache-2.0',
  attribution: 'lhl/strix-halo-testing, llm-bench, by lhl, Apache License 2.0; converted.',
  retrieved: '2026-11-24',
  published: '2025-08',
  method:
    'llama-bench sweeps of 15 models on one machine (Ryzen AI MAX+ 395, Radeon 8060S, 128 GB shared memory) over backends, builds and settings, with memory and power sampled beside. Prompt processing (pp) and text generation (tg) are separate tests of 5 repetitions each; one row per repetition, and one row per failed test. Rows count repetitions, and failed tests as one each. Read from results.jsonl; raw_runs.jsonl repeats its successful tests and holds some more, which do not say which backend build ran them and are left out.',
  measurement_types: ['single_stream'],
  estimated: [
    {
      field: 'decode_time_ms',
      note: 'tg rows: the time of the repetition. Its timer covers all tokens_out tokens, while (tokens_out − 1) / time is published: an understatement by 1 / tokens_out, at most 3.1 % at the 32 tokens from which rows count.',
    },
    {
      field: 'first_token_ms',
      note: 'pp rows: the time to process the prompt stands for the time to the first token, tokens_out is 1, and there is no decode_time_ms. tg rows have no prompt and no first_token_ms.',
    },
    {
      field: 'model_ref, quantization',
      note: 'From the file name (for failed tests, of the folder); gpt-oss files labelled F16 are mxfp4 inside.',
    },
    {
      field: 'engine_version',
      note: 'b<build number>+<backend>: hip, rocwmma, vulkan, vulkan-amdvlk, vulkan-radv are never folded together. A failed test reports no build: it gets that of the successful tests of the same model and backend where there is only one, else unknown.',
    },
    { field: 'ts', note: 'The day of the test; for failed tests that of its start.' },
    {
      field: 'vram_used_mb_peak',
      note: 'Peak of the GTT (shared) memory in MiB over the whole test; the dedicated part holds at most 0.5 GB. The total is not stated.',
    },
    { field: 'power_w', note: 'Mean board power over the whole test, loading included.' },
    {
      field: 'gpu_name',
      note: 'ROCm builds print "AMD Radeon Graphics": every row of this source is the Radeon 8060S.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  failed: {
    what: 'Tests that ended without a result (bench_raw null): crashes and time-outs.',
    handling: 'Kept as one row each with exit error and without times: they count for the error rate only.',
  },
  unknownBuild: {
    what: 'Failed tests of a model and backend that was tested with more than one build.',
    handling: 'engine_version is unknown.',
  },
  noGpu: {
    what: 'A test in which the engine saw no GPU (empty gpu_info, 14 MiB of shared memory for an 80 GB model).',
    handling: 'Dropped with its repetitions: it ran on the CPU.',
  },
  short: {
    what: 'Repetitions of tg tests with fewer than 32 tokens.',
    handling: 'Kept for the rates; too short for a decode speed.',
  },
  settings: {
    what: 'Tests with flash attention, another batch size or hipBLASLt switched on: settings that the vocabulary has no field for.',
    handling: 'Kept beside the plain tests: the spread of a figure includes them.',
  },
}
