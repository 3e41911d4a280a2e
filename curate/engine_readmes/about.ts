import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the engine-readme-tables rows. */
export const ABOUT: About = {
  id: 'engine-readme-tables',
  title: 'Tables in the READMEs of engines: MLC LLM, ExLlamaV2, premAI, NexVeridian',
  url: 'https://github.com/mlc-ai/llm-perf-bench',
  revision: 'd401356f, exllamav2 da07facd, premAI 16338c31, nexveridian 51a8e4d1',
  licence: 'Apache-2.0 AND MIT',
  attribution:
    'mlc-ai/llm-perf-bench (Apache License 2.0), turboderp-org/exllamav2 (MIT License), premAI-io/benchmarks (MIT License), NexVeridian/llm-inference-benchmarks (MIT or Apache License 2.0); their README tables, converted.',
  retrieved: '2026-11-30',
  published: '2023-10',
  method:
    'Rates of text generation of one request at a time, from four small tables of 2023 to 2025: historical figures of engines that nothing else covers. One row per cell with a rate.',
  measurement_types: ['single_stream'],
  estimated: [
    {
      field: 'tokens_out, decode_time_ms',
      note: 'tokens_out / rate, with the 256 tokens of MLC, the 512 of premAI, and 128 where a table does not say. (tokens_out − 1) / decode_time_ms is published: 0.2 to 0.8 % less than the stated rate.',
    },
    {
      field: 'ts',
      note: 'MLC: the day of the commit of each engine. ExLlamaV2: the first of the month of the table. premAI: the day that the page names. NexVeridian: the day of the commit.',
    },
    {
      field: 'gpu_name',
      note: 'MLC: "all numbers are based on PCIe". premAI: "A100 80 GPU", taken for the PCIe part, the slower of the two. NexVeridian: M4 Max with 40 GPU cores, the only one with 48 GB.',
    },
    {
      field: 'quantization',
      note: 'Where a table says "4-bit", "int4" or "int8" alone, that: which format it was differs by engine.',
    },
    { field: 'engine_version', note: 'Not stated: unknown.' },
    {
      field: 'vram_used_mb_peak',
      note: 'Absent: of vLLM, TensorRT-LLM, DeepSpeed and Optimum premAI states the pool that they reserve.',
    },
    {
      field: 'model_ref',
      note: 'From labels: Llama2-7B is meta-llama/Llama-2-7b-hf, Llama is the first one, "qwen 2.5 r1" DeepSeek-R1-Distill-Qwen-32B.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  tensorrt: {
    what: 'premAI: TensorRT-LLM in every format, and vLLM in float32, read their weights faster than the memory allows (390 and 317 tokens/s of 7 GB in int8 at 1.9 TB/s).',
    handling:
      'Kept for the check of each build to stop, int4 excepted, which the check cannot tell: its cells are dropped.',
  },
  activation: {
    what: 'premAI: AutoGPTQ runs GPTQ weights, but its cells stand under float32 and float16, the type of its activations.',
    handling: 'Dropped: the weight format is not stated.',
  },
  layers: {
    what: 'MLC: llama.cpp on several GPUs splits layers and is slow by design.',
    handling: 'Kept.',
  },
}
