import type { FlawText } from '../lib/conversion_log.ts'
import type { About } from '../lib/run.ts'

/** Provenance of the dgx-spark-devreng rows. */
export const ABOUT: About = {
  id: 'dgx-spark-devreng',
  title: 'DGX Spark benchmarks by Django de Vreng: vLLM on GB10',
  url: 'https://github.com/djangodevreng/dgx-spark-benchmarks',
  revision: '5636536703fb6fe6a4992f68162b93fa03e7f15e',
  licence: 'CC-BY-4.0',
  attribution:
    'Django de Vreng (https://djangodevreng.nl), dgx-spark-benchmarks (https://github.com/djangodevreng/dgx-spark-benchmarks), CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/); converted to this vocabulary.',
  retrieved: '2026-11-30',
  published: '2026-08',
  method:
    'One DGX Spark, 38 combinations of model and weight format, eleven tests each with vLLM 0.26. Tests 01 to 06: llama-benchy, closed loops at 1 to 20 requests, 3 repetitions; one row per line of text generation. Tests 07 to 11: `vllm bench serve` with random arrivals; one row per run.',
  measurement_types: ['single_stream', 'batched_online'],
  estimated: [
    { field: 'first_token_ms', note: 'Tests 01 to 06: e2e_ttft of the line of prompt processing above.' },
    {
      field: 'decode_time_ms',
      note: 'Tests 01 to 06: (tokens_out − 1) / rate per request. Tests 07 to 11: mean time per output token × (tokens_out − 1).',
    },
    {
      field: 'output_tps',
      note: 'Tests 01 to 06: absent. Their total rate covers the generation alone and scatters too much.',
    },
    {
      field: 'concurrency',
      note: "Tests 07 to 11 (open loops): the mean number of requests in flight, by Little's law: requests per second × mean time in the system. The peak that is stated is not used.",
    },
    {
      field: 'vram_total_mb',
      note: '128 GB, shared with the processor. Memory in use is not published: it is the pool that vLLM reserves.',
    },
    {
      field: 'power_w',
      note: 'Mean over the telemetry of the test (a sample each 10 s), for tests 06 to 10, which have one load each.',
    },
    { field: 'quantization', note: 'The profile, without its endings -v23 and -spec; fp8 for Ministral 3 Instruct.' },
  ],
}

/** Known flaws by the key under which they are counted. */
export const FLAWS: Record<string, FlawText> = {
  depth: {
    what: 'The test "multi-turn" is no conversation: its option --depth 4 means 4 tokens of context before the prompt.',
    handling: 'Kept as a prompt of 2,052 tokens.',
  },
  failed: {
    what: 'Open-loop runs in which requests failed.',
    handling:
      'Kept where one failed (requests counts the others); dropped where a third did, as the means are those of the survivors.',
  },
  profile: {
    what: 'Ministral 3 Instruct is labelled bf16, but its repository holds fp8 weights; in 16 bit the measured rates would exceed the bandwidth of the memory.',
    handling: 'quantization is fp8.',
  },
  workAround: {
    what: 'Formats that run on Marlin kernels because the GPU lacks its own: slower than the hardware can be.',
    handling: 'Kept: it is what this engine version does on this GPU.',
  },
  telemetry: {
    what: 'The power log of tests 01 to 05 covers all their loads together, that of test 11 the whole sweep.',
    handling: 'No power_w there.',
  },
  repeated: {
    what: 'The summary of the rate sweep repeats its runs.',
    handling: 'Not read.',
  },
}
