import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the splitwise rows. */
export const ABOUT: About = {
  id: 'splitwise',
  title: 'Splitwise performance model: Llama-2-70B and BLOOM-176B on A100 and H100',
  url: 'https://github.com/Mutinifni/splitwise-sim',
  revision: '8f99e7dc9b407f4ce2488d03dd44c0b8b946dab0',
  licence: 'MIT',
  attribution:
    'splitwise-sim data/perf_model.csv, Copyright (c) 2024 Pratyush Patel, MIT License. Measurements of Splitwise (ISCA 2024).',
  retrieved: '2026-11-24',
  published: '2024-06',
  method:
    'Profiling runs of the Splitwise paper on DGX-A100 and DGX-H100 machines: prompt time, mean time per generated token and end-to-end time for combinations of prompt size, batch size, generated tokens and tensor parallelism, each repeated. One row per run. Batch 1 is single-stream, larger batches are batched_offline with concurrency = batch size.',
  measurement_types: ['single_stream', 'batched_offline'],
  estimated: [
    { field: 'engine', note: 'vLLM, as the paper says; the file does not name the engine, nor its version (unknown).' },
    {
      field: 'model_ref',
      note: 'llama2-70b → Llama-2-70b-hf, bloom-176b → bigscience/bloom: the file does not say which build.',
    },
    {
      field: 'gpu_name',
      note: 'a100-80gb and h100-80gb → the SXM parts of the DGX machines. h100-80gb-pcap (power-capped) is a GPU entry of its own and never mixed with the normal H100. gpu_count = tensor_parallel.',
    },
    { field: 'decode_time_ms', note: 'token_time × (token_size − 1): the source gives the mean time per token.' },
    {
      field: 'power_w',
      note: 'average_power (a fraction of TDP) × TDP of the catalogue × tensor_parallel, where it is above 0; 0 means not measured.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  inconsistent: {
    what: 'Runs whose e2e_time differs by more than 15 % from prompt_time + token_time × (token_size − 1).',
    handling: 'Dropped: nothing tells which of the three figures is wrong.',
  },
  duplicate: {
    what: 'Rows that equal an earlier row in every column.',
    handling: 'Kept as repetitions, told apart by their origin.',
  },
  power: {
    what: 'Rows with average_power 0.0: power was not measured.',
    handling: 'Converted without power_w.',
  },
}
