import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the llmfit rows. */
export const ABOUT: About = {
  id: 'llmfit',
  title: 'llmfit community benchmarks',
  url: 'https://github.com/AlexsJones/llmfit',
  revision: '3f44fd30a43d2619146f7bc0aa66c90aa54d78e6',
  licence: 'MIT',
  attribution: 'llmfit, llmfit-core/data/community, Copyright (c) 2026 Alex Jones, MIT License; converted.',
  retrieved: '2026-11-24',
  published: '2026-08',
  method:
    'Submissions by pull request of the tool llmfit: short prompts, at most 300 output tokens, one request at a time, the mean of 3 or 10 runs after a warm-up. Ollama reports its own times of prompt and generation; for llama.cpp, MLX and vLLM the tool takes the wall clock of the whole request, so that their avgTps is an end-to-end speed. One row per result.',
  measurement_types: ['single_stream'],
  estimated: [
    {
      field: 'decode_time_ms',
      note: 'Ollama only: avgOutputTokens / avgTps × 1000, from the unrounded mean. (tokens_out − 1) / decode_time_ms understates avgTps by 1 / tokens_out. Null for the others, whose avgTps includes the prompt.',
    },
    { field: 'first_token_ms', note: 'Ollama only: avgTtftMs, which is the time to evaluate the prompt.' },
    {
      field: 'total_time_ms',
      note: 'avgTotalMs: total duration that Ollama reports, else the wall clock of the request.',
    },
    { field: 'tokens_out', note: 'avgOutputTokens rounded to a whole number.' },
    { field: 'tokens_in', note: 'Not stated.' },
    {
      field: 'vram_total_mb',
      note: 'vramGb × 1024, the total over all GPUs; for integrated GPUs what the tool takes for their share.',
    },
    {
      field: 'model_ref, quantization',
      note: 'From the model name, a file name or tag: folders are stripped, the ending gives the format. Ollama tags without a format have none.',
    },
    {
      field: 'speculative',
      note: 'true for builds with "mtp" in their name (multi-token prediction), absent for the others.',
    },
    {
      field: 'gpu_name',
      note: 'Names that cover two parts are told apart by the processor (860M with Ryzen AI 7 350, Arc 140V with Core Ultra 7/9).',
    },
    {
      field: 'machine',
      note: 'A hash of the GPUs, processor, memory and operating system that a submission states. Machines alike in all of them count as one.',
    },
    { field: 'ts', note: 'The day of the submission. engine_version is not stated: unknown.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  endToEnd: {
    what: 'Results whose avgTps is output tokens over the wall clock of the whole request (providers llamacpp, mlx, vllm), not a decode speed.',
    handling: 'Converted with total_time_ms only: they count for the end-to-end speed.',
  },
  contradictory: {
    what: 'Ollama results whose generation time by avgTps is longer than the whole request by more than 10 %.',
    handling: 'Dropped: the means contradict each other.',
  },
  loading: {
    what: 'Ollama results in which prompt and generation make up less than half of the whole request: the model was loaded within it.',
    handling: 'Kept without total_time_ms.',
  },
  unknownModel: {
    what: 'Model names that the catalogue does not know, such as "qwen3.5" without a size.',
    handling: 'Kept under the bare name; the pipeline quarantines them.',
  },
  path: {
    what: 'Model names that are file paths or repository addresses.',
    handling: 'Resolved as they stand or by their last part; the folders are not kept.',
  },
}
