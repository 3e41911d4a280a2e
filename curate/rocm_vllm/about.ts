import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the rocm-vllm-mi300x rows. */
export const ABOUT: About = {
  id: 'rocm-vllm-mi300x',
  title: 'AMD: vLLM on eight Instinct MI300X over its versions 0.6.6 to 0.9.1',
  url: 'https://github.com/ROCm/vllm',
  revision: 'f8c9a385233a8e1f724411785a1c326006640df5',
  licence: 'Apache-2.0',
  attribution: 'ROCm/vllm, docs/dev-docker/README.md (nine versions of 2025), by AMD, Apache License 2.0; converted.',
  retrieved: '2026-11-30',
  published: '2025-07',
  method:
    'Latency of whole batches of equal requests (128 or 2,048 tokens in, 2,048 out) of Llama 3.1 70B and 405B in fp8 on one server with eight GPUs, tensor parallel, for batches of 1 to 128. One row per line of the latency tables of nine dated versions of the page. Rows count the lines of the throughput tables as well.',
  measurement_types: ['single_stream', 'batched_offline'],
  estimated: [
    { field: 'ts', note: 'The day of the version of the page, not of the measurement.' },
    {
      field: 'model_ref',
      note: 'From the label. The first four versions print the repository of the 70B model beside "Llama 3.1 405B".',
    },
    { field: 'first_token_ms, decode_time_ms', note: 'Not stated: only the latency of the whole batch is.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  label: {
    what: 'Lines of the 405B model that print the repository of the 70B model.',
    handling: 'Taken for 405B, as the label says: they take three times as long.',
  },
  vendor: {
    what: "Figures of the GPU's vendor on a machine that it tuned.",
    handling: 'Kept; the source is shown with each figure.',
  },
  throughput: {
    what: 'Throughput tables without times or concurrency.',
    handling: 'Dropped: no time of a request can be derived.',
  },
}
