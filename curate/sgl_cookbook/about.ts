import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the sgl-cookbook rows. */
export const ABOUT: About = {
  id: 'sgl-cookbook',
  title: 'SGLang cookbook: large models on B200, H200, H100, A100, MI300X and MI350X',
  url: 'https://github.com/sgl-project/sgl-cookbook',
  revision: '7b5bd9c05e3d86da5161ac2be9b91c19a34bf49d',
  licence: 'Apache-2.0',
  attribution: 'sgl-project/sgl-cookbook, docs/autoregressive, Apache License 2.0; converted.',
  retrieved: '2026-11-30',
  published: '2026-05',
  method:
    'sglang.bench_serving on one model and machine per page: closed loops of random prompts at set concurrencies, mostly 1, 16 and 100. One row per printed result, the mean over its requests.',
  measurement_types: ['single_stream', 'batched_online'],
  estimated: [
    { field: 'model_ref', note: 'From the command that starts the server, else from that of the benchmark.' },
    {
      field: 'gpu_name, gpu_count',
      note: 'The GPU from the line "Hardware", or from a heading that names one. The count is the product of the degrees of parallelism of the command; where there is no command, the stated tensor parallelism.',
    },
    { field: 'engine_version', note: 'As the page states it; unknown for "0.5.8+", branches and commits.' },
    { field: 'tokens_in, tokens_out', note: 'Totals over the requests divided by their number, rounded.' },
    { field: 'decode_time_ms', note: 'Mean time per output token × (tokens_out − 1).' },
    {
      field: 'quantization',
      note: 'From the name of the repository; where it says none, the format in which it is stored, as SGLang loads it.',
    },
    { field: 'ts', note: 'Not stated.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  peak: {
    what: '"Peak concurrent requests" exceeds the set maximum: a fault of its counter.',
    handling: 'Not used: the concurrency is the set maximum.',
  },
  hardware: {
    what: 'Pages that name several GPUs at once, or none.',
    handling: 'Dropped: which GPU ran is not known.',
  },
  version: {
    what: 'Pages with a branch, a commit, "0.5.8+" or nothing in the place of a version.',
    handling: 'engine_version is unknown.',
  },
  images: {
    what: 'Prompts with images, whose tokens count as input.',
    handling: 'Dropped: they do not compare with text.',
  },
  diffusion: {
    what: 'Diffusion models, which fill in blocks of text.',
    handling: 'Dropped: they have no time per token.',
  },
  incomplete: { what: 'Results that are cut off.', handling: 'Dropped.' },
}
