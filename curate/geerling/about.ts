import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the geerling-ai-benchmarks rows. */
export const ABOUT: About = {
  id: 'geerling-ai-benchmarks',
  title: "Jeff Geerling's AI benchmarks: consumer GPUs with Ollama and llama.cpp",
  url: 'https://github.com/geerlingguy/ai-benchmarks',
  revision: 'bdf94413f5f273c985c164ac0abfafa312c4390f',
  licence: 'MIT',
  attribution: 'geerlingguy/ai-benchmarks, README, by Jeff Geerling, MIT License; converted.',
  retrieved: '2026-11-30',
  published: '2025-12',
  method:
    'Rates of text generation on one machine per line, one request at a time: Ollama with its benchmark script, or llama.cpp with llama-bench, between December 2024 and December 2025. One row per line of the tables.',
  measurement_types: ['single_stream'],
  estimated: [
    {
      field: 'tokens_out, decode_time_ms',
      note: 'Only the rate is stated: taken as 128 tokens in 128 / rate. (tokens_out − 1) / decode_time_ms is published, 0.8 % less than the stated rate.',
    },
    {
      field: 'engine, engine_version',
      note: 'llama.cpp with Vulkan where the line has the footnote that says so, else Ollama, the other engine of the page. Which one ran is in linked issues that were not read. Versions are not stated: unknown.',
    },
    {
      field: 'quantization',
      note: 'Not stated: mxfp4 for gpt-oss, else Q4_K_M, what the tags of Ollama and the files of the README hold.',
    },
    {
      field: 'gpu_name',
      note: 'From the brackets of the column "System", or the machine where it is a system on a chip.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  processor: {
    what: 'Lines of a processor, or of a model split between GPU and processor.',
    handling: 'Dropped.',
  },
  narrow: {
    what: 'GPUs on a Raspberry Pi, Radxa or HiFive board, most of them on a single PCIe lane.',
    handling: 'Dropped: slower than the GPU is.',
  },
  cluster: { what: 'A cluster of several machines.', handling: 'Dropped.' },
  power: {
    what: '"Power (Peak)" is the peak of the whole machine at the wall.',
    handling: 'Not used: power_w is the mean of the GPU.',
  },
}
