import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the ionet-4090-h100 rows. */
export const ABOUT: About = {
  id: 'ionet-4090-h100',
  title: 'io.net LLM inference benchmarks: RTX 4090 and H100 PCIe',
  url: 'https://github.com/IOG-Foundation/llm-inference-benchmarks',
  revision: '4990a807c6f1971edda635c18d98550059782eb8',
  licence: 'Apache-2.0',
  attribution: 'IOG-Foundation/llm-inference-benchmarks, Apache License 2.0; converted.',
  retrieved: '2026-11-30',
  published: '2025-06',
  method:
    'vLLM serving benchmark on rented machines: 200 ShareGPT prompts per run, arriving at random at 1 to 32 requests per second (open loop). One row per run, the mean over its requests.',
  measurement_types: ['batched_online'],
  estimated: [
    { field: 'engine_version', note: '0.8.5: the Docker image that the README names.' },
    { field: 'tokens_in, tokens_out', note: 'Totals over the requests divided by their number, rounded.' },
    { field: 'decode_time_ms', note: 'Mean time per output token × (tokens_out − 1).' },
    {
      field: 'concurrency',
      note: "The mean number of requests in flight over the run, by Little's law: completed requests per second × mean time in the system.",
    },
    { field: 'tensor_parallel', note: 'Not stated: absent.' },
    {
      field: 'quantization',
      note: 'From the name of the repository; where it says none, the format in which it is stored, as vLLM loads it.',
    },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  warmUp: {
    what: 'Runs on several RTX 4090: those at 1 request per second have mean first-token times of 0.4 to 8 s, from a warm-up inside the run, and the others of the same series are not free of it.',
    handling: 'Kept without first_token_ms and its percentiles, at every rate; the time per token is not affected.',
  },
  secondRun: {
    what: 'Files that hold two results one after the other.',
    handling: 'Both kept, each as a run of its own.',
  },
}
