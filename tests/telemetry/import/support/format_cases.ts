import type { Draft } from '../../../../telemetry/import/types.ts'

/** Text that no output may hold. */
export const CANARY = 'kanarienvogel'

/** The smallest output of a benchmark in one of its forms, and what is read from it. */
export interface FormatCase {
  /** What it is, after the format's name. */
  what: string
  format: string
  input: string | object
  kind: Draft['kind']
  facts: object
  figures: object
}

const metric = (value: number) => ({ value, unit: 'ms' })
const statistic = (avg: number, p50 = avg) => ({ unit: 'ms', avg, p50, p99: 2 * avg })
const distribution = (mean: number) => ({ successful: { mean, percentiles: { p50: mean, p99: 2 * mean } } })

export const AIPERF_SUMMARY = {
  ...{ request_count: { avg: 200 }, request_latency: statistic(6000), time_to_first_token: statistic(1000, 800) },
  ...{ inter_token_latency: statistic(50), output_sequence_length: { avg: 101 }, input_sequence_length: { avg: 550 } },
  ...{ output_token_throughput: { avg: 1275 }, benchmark_duration: { avg: 15 }, start_time: '2026-10-17T20:22:08.9' },
  input_config: { endpoint: { model_names: ['openai/gpt-oss-20b'] }, loadgen: { concurrency: 100 } },
  telemetry_data: {
    endpoints: {
      'localhost:9400': {
        gpus: Object.fromEntries(
          [0, 1].map((index) => [
            index,
            { gpu_name: 'NVIDIA L40S', hostname: CANARY, metrics: { gpu_power_usage: { avg: 200 } } },
          ]),
        ),
      },
    },
  },
}

/** Every form of every format; llama-bench, vllm-bench and sglang-bench have files of their own in tests/fixtures/import. */
export const FORMAT_CASES: FormatCase[] = [
  {
    ...{ format: 'llama-bench', what: 'md', kind: 'run' },
    input: `  Device 0: NVIDIA GeForce RTX 4080, compute capability 8.9, VMM: yes
| model                  |     size |   params | backend | ngl |  test |          t/s |
| ---------------------- | -------: | -------: | ------- | --: | ----: | -----------: |
| qwen2 7B Q4_K - Medium | 4.36 GiB |   7.62 B | CUDA    |  99 | pp512 | 5120.00 ± 9 |
| qwen2 7B Q4_K - Medium | 4.36 GiB |   7.62 B | CUDA    |  99 | tg128 |  128.00 ± 1 |

build: 8cf427ff (5163)`,
    facts: {
      gpu_name: 'NVIDIA GeForce RTX 4080',
      engine_version: 'b5163',
      quantization: 'Q4_K_M',
      engine_backend: 'cuda',
    },
    figures: { tokens_in: 512, tokens_out: 128, first_token_ms: 100, decode_time_ms: 1000 },
  },
  {
    ...{ format: 'llama-bench', what: 'csv', kind: 'run' },
    input: `build_number,gpu_info,backends,model_filename,model_size,n_gpu_layers,n_prompt,n_gen,test_time,avg_ns
"5163","NVIDIA L4","CUDA","/m/Qwen3-8B-Q8_0.gguf","1048576","99","512","0","2026-10-24T11:57:09Z","100000000"
"5163","NVIDIA L4","CUDA","/m/Qwen3-8B-Q8_0.gguf","1048576","99","0","128","2026-10-24T11:57:10Z","2000000000"`,
    facts: { model_ref: 'Qwen3-8B-Q8_0', ts: '2026-10-24T00:00:00Z', weights_mb: 1 },
    figures: { tokens_in: 512, tokens_out: 128, first_token_ms: 100, decode_time_ms: 2000, runs: 1 },
  },
  {
    ...{ format: 'llama-bench', what: 'sql', kind: 'run' },
    input: ['512', '0']
      .map(
        (prompt) =>
          `INSERT INTO test (gpu_info, backends, model_filename, n_prompt, n_gen, avg_ns) VALUES ('NVIDIA L4', 'CUDA', '/m/a.gguf', '${prompt}', '${prompt === '0' ? 128 : 0}', '1000000');`,
      )
      .join('\n'),
    facts: { gpu_name: 'NVIDIA L4' },
    figures: { tokens_in: 512, tokens_out: 128, first_token_ms: 1, decode_time_ms: 1 },
  },
  {
    ...{ format: 'llama-batched-bench', what: 'jsonl', kind: 'run' },
    input: { n_gpu_layers: 99, pp: 128, tg: 64, pl: 8, t_pp: 0.2, t_tg: 1.8, speed_tg: 1 },
    facts: { engine: 'llama.cpp', concurrency: 8, measurement_type: 'batched_offline' },
    figures: { tokens_in: 128, tokens_out: 64, first_token_ms: 200, decode_time_ms: 1800, output_tps: 256 },
  },
  {
    ...{ format: 'llama-batched-bench', what: 'its table', kind: 'run' },
    input: `|    PP |     TG |    B |   N_KV |   T_PP s | S_PP t/s |   T_TG s | S_TG t/s |      T s |    S t/s |
|-------|--------|------|--------|----------|----------|----------|----------|----------|----------|
|   128 |     64 |    1 |    192 |    0.100 |  1280.00 |    0.900 |    71.11 |    1.000 |   192.00 |`,
    facts: { concurrency: 1, measurement_type: 'single_stream' },
    figures: { first_token_ms: 100, decode_time_ms: 900, output_tps: 64 },
  },
  {
    ...{ format: 'llama-benchy', what: '', kind: 'run' },
    input: {
      ...{ timestamp: '2026-02-07 19:09:00Z', model: 'org/model', prefix_caching_enabled: true },
      benchmarks: [
        {
          ...{ concurrency: 2, context_size: 0, prompt_size: 2048, response_size: 101 },
          ...{ tg_throughput: { mean: 90 }, tg_req_throughput: { mean: 50, values: [50, 50, 50, 50] } },
          e2e_ttft: { mean: 300, values: [300, 300, 300, 300] },
        },
      ],
    },
    facts: { model_ref: 'hf:org/model', ts: '2026-02-07T00:00:00Z', concurrency: 2 },
    figures: { tokens_in: 2048, tokens_out: 101, first_token_ms: 300, decode_time_ms: 2000, output_tps: 90, runs: 2 },
  },
  {
    ...{ format: 'llama-server', what: '', kind: 'sample' },
    input: {
      ...{ model: '/m/Qwen3-8B-Q8_0.gguf', created: 1791590400, system_fingerprint: 'b6097-9515c61', content: CANARY },
      timings: { cache_n: 100, prompt_n: 28, prompt_ms: 30, predicted_n: 64, predicted_ms: 640, draft_n: 9 },
    },
    facts: {
      model_ref: 'Qwen3-8B-Q8_0',
      quantization: 'Q8_0',
      engine_version: 'b6097',
      ts: '2026-10-10T00:00:00Z',
      speculative: true,
    },
    figures: { tokens_in: 128, tokens_in_cached: 100, tokens_out: 64, first_token_ms: 30, decode_time_ms: 640 },
  },
  {
    ...{ format: 'sglang-one-batch', what: '', kind: 'run' },
    input: {
      ...{ run_name: CANARY, batch_size: 4, input_len: 256, output_len: 33, prefill_latency: 0.05 },
      ...{ median_decode_latency: 0.01, total_latency: 0.4 },
    },
    facts: { engine: 'sglang', concurrency: 4, measurement_type: 'batched_offline' },
    figures: { tokens_in: 256, tokens_out: 33, first_token_ms: 50, decode_time_ms: 320, output_tps: 330 },
  },
  {
    ...{ format: 'serving-text', what: '', kind: 'run' },
    input: `Namespace(backend='openai', base_url='http://${CANARY}', model='Qwen/Qwen3-8B')
Traffic request rate: inf
Maximum request concurrency: 32
============ Serving Benchmark Result ============
Successful requests:                     64
Benchmark duration (s):                  20.00
Total input tokens:                      65536
Total generated tokens:                  6464
Output token throughput (tok/s):         323.20
---------------Time to First Token----------------
Mean TTFT (ms):                          250.00
Median TTFT (ms):                        200.00
-----Time per Output Token (excl. 1st token)------
Mean TPOT (ms):                          20.00
==================================================`,
    facts: { model_ref: 'hf:Qwen/Qwen3-8B', engine: undefined },
    figures: {
      ...{ tokens_in: 1024, tokens_out: 101, first_token_ms: 250, decode_time_ms: 2000, concurrency: 32 },
      ...{ requests: 64, output_tps: 323.2, first_token_ms_p50: 200 },
    },
  },
  {
    ...{ format: 'trtllm-bench', what: '--report_json', kind: 'run' },
    input: {
      ...{ engine: { model: 'org/model', version: '1.1.0', quantization: 'FP8' }, machine: { name: 'NVIDIA H200' } },
      ...{ world_info: { tp_size: 2, pp_size: 1, world_size: 2 }, dataset: { path: CANARY } },
      request_info: {
        num_requests: 64,
        avg_num_concurrent_requests: 15.6,
        avg_input_length: 1024,
        avg_output_length: 101,
      },
      performance: { total_latency_ms: 9000, avg_request_latency_ms: 1100, system_output_throughput_tok_s: 700 },
      streaming_metrics: { avg_ttft_ms: 100, avg_tpot_ms: 10, tpot_percentiles: { p99: 12 } },
    },
    facts: {
      engine: 'tensorrt-llm',
      engine_version: '1.1.0',
      gpu_name: 'NVIDIA H200',
      gpu_count: 2,
      quantization: 'fp8',
    },
    figures: {
      ...{ tokens_in: 1024, tokens_out: 101, first_token_ms: 100, decode_time_ms: 1000, total_time_ms: 1100 },
      ...{ output_tps: 700, concurrency: 16, requests: 64, inter_token_ms_p99: 12 },
    },
  },
  {
    ...{ format: 'aiperf', what: 'a request', kind: 'sample' },
    input: {
      metadata: { request_start_ns: 1791590400e9, benchmark_phase: 'profiling', worker_id: CANARY },
      metrics: {
        ...{ input_sequence_length: metric(550), output_sequence_length: metric(9) },
        ...{ time_to_first_token: metric(250), request_latency: metric(290) },
      },
      error: null,
    },
    facts: { ts: '2026-10-10T00:00:00Z' },
    figures: { tokens_in: 550, tokens_out: 9, first_token_ms: 250, decode_time_ms: 40, exit: 'ok' },
  },
  {
    ...{ format: 'aiperf', what: 'a cancelled request', kind: 'sample' },
    input: {
      metadata: { request_start_ns: 1791590400e9, was_cancelled: true },
      metrics: { error_isl: metric(550) },
      error: { code: 499, message: CANARY },
    },
    facts: {},
    figures: { tokens_in: 550, tokens_out: 0, first_token_ms: null, decode_time_ms: null, exit: 'cancel' },
  },
  {
    ...{ format: 'aiperf', what: 'its summary', kind: 'run', input: AIPERF_SUMMARY },
    facts: { model_ref: 'hf:openai/gpt-oss-20b', ts: '2026-10-17T00:00:00Z', gpu_name: 'NVIDIA L40S', gpu_count: 2 },
    figures: {
      ...{ tokens_in: 550, tokens_out: 101, first_token_ms: 1000, decode_time_ms: 5000, total_time_ms: 6000 },
      ...{ concurrency: 100, requests: 200, output_tps: 1275, power_w: 400, first_token_ms_p50: 800 },
    },
  },
  {
    ...{ format: 'guidellm', what: 'its requests', kind: 'sample' },
    input: {
      benchmarks: [
        {
          ...{ start_time: 1791590400, metrics: { output_tokens_per_second: distribution(500) } },
          config: { strategy: { type_: 'concurrent', streams: 16 }, backend: { model: 'org/model' } },
          requests: {
            successful: [
              {
                prompt_tokens: 256,
                output_tokens: 101,
                time_to_first_token_ms: 200,
                request_latency: 1.2,
                output: CANARY,
              },
            ],
          },
        },
      ],
    },
    facts: { model_ref: 'hf:org/model', ts: '2026-10-10T00:00:00Z', concurrency: 16 },
    figures: { tokens_in: 256, tokens_out: 101, first_token_ms: 200, decode_time_ms: 1000, output_tps: 500 },
  },
  {
    ...{ format: 'guidellm', what: 'without its requests', kind: 'run' },
    input: {
      benchmarks: [
        {
          ...{ start_time: 1791590400, duration: 10, benchmarker: { backend: { model: 'org/model' } } },
          requests: { successful: [] },
          metrics: {
            ...{ request_totals: { successful: 50 }, request_concurrency: distribution(7.6) },
            ...{ request_latency: distribution(1.2), prompt_token_count: distribution(256) },
            ...{ output_token_count: distribution(101), time_to_first_token_ms: distribution(200) },
            ...{ inter_token_latency_ms: distribution(10), output_tokens_per_second: distribution(500) },
          },
        },
      ],
    },
    facts: { model_ref: 'hf:org/model' },
    figures: {
      ...{ tokens_in: 256, tokens_out: 101, first_token_ms: 200, decode_time_ms: 1000, total_time_ms: 1200 },
      ...{ concurrency: 8, requests: 50, output_tps: 500, first_token_ms_p99: 400 },
    },
  },
  {
    ...{ format: 'llmperf', what: 'a response', kind: 'sample' },
    input: {
      ...{ error_code: 429, error_msg: CANARY, ttft_s: 0, end_to_end_latency_s: 0 },
      ...{ number_input_tokens: 550, number_output_tokens: 0, number_total_tokens: 550 },
    },
    facts: {},
    figures: { tokens_in: 550, first_token_ms: null, decode_time_ms: null, exit: 'reject' },
  },
  {
    ...{ format: 'llmperf', what: 'its summary', kind: 'run' },
    input: {
      ...{ model: 'meta-llama/Llama-2-70b-chat-hf', num_concurrent_requests: 5, mean_input_tokens: 550 },
      ...{ results_number_output_tokens_mean: 151, results_ttft_s_mean: 0.9, results_inter_token_latency_s_mean: 0.03 },
      ...{ results_end_to_end_latency_s_mean: 4.5, results_num_completed_requests: 150 },
    },
    facts: { model_ref: 'hf:meta-llama/Llama-2-70b-chat-hf' },
    figures: {
      ...{ tokens_in: 550, tokens_out: 151, first_token_ms: 900, decode_time_ms: 4500, total_time_ms: 4500 },
      ...{ concurrency: 5, requests: 150 },
    },
  },
  {
    ...{ format: 'inferencex', what: '', kind: 'run' },
    input: {
      ...{
        hw: 'h200',
        conc: 64,
        model: 'org/model',
        framework: 'sglang',
        precision: 'fp8',
        tp: 8,
        isl: 1024,
        osl: 1001,
      },
      ...{ mean_ttft: 0.5, mean_tpot: 0.02, output_tput_per_gpu: 400 },
    },
    facts: { gpu_name: 'NVIDIA H200', gpu_count: 8, engine: 'sglang', quantization: 'fp8', tensor_parallel: 8 },
    figures: { first_token_ms: 500, decode_time_ms: 20000, output_tps: 3200, concurrency: 64 },
  },
  {
    ...{ format: 'localscore', what: '', kind: 'run' },
    input: {
      ...{ runtime_info: { version: '0.9.2' }, system_info: { hostname: CANARY } },
      accelerator_info: { name: 'NVIDIA GeForce RTX 4090', type: 'GPU', memory_gb: 24 },
      results: [
        {
          ...{ model: { name: 'Meta Llama 3.1 8B Instruct', quant: 'Q4_K_M' }, n_prompt: 1024, n_gen: 16 },
          ...{ avg_time_ms: 500, power_watts: 300, gen_tps: 80, prompt_tps: 1, ttft_ms: 250 },
        },
      ],
    },
    facts: { engine: 'llamafile', engine_version: '0.9.2', vram_total_mb: 24576, quantization: 'Q4_K_M' },
    figures: { first_token_ms: 250, decode_time_ms: 200, total_time_ms: 500, power_w: 300 },
  },
  {
    ...{ format: 'llmfit', what: '', kind: 'run' },
    input: {
      submittedAtUnix: 1791590400,
      hardware: { hwClass: 'UNIFIED', hardwareName: 'Apple M4 Pro', vramGb: 24, gpuCount: 1 },
      results: [
        {
          model: 'Qwen3-8B-Q4_K_M.gguf',
          provider: 'llamacpp',
          numRuns: 3,
          avgTtftMs: null,
          avgTotalMs: 5000,
          avgOutputTokens: 300,
        },
      ],
    },
    facts: { gpu_name: 'Apple M4 Pro', engine: 'llama.cpp', ts: '2026-10-10T00:00:00Z', quantization: 'Q4_K_M' },
    figures: { tokens_in: null, tokens_out: 300, first_token_ms: null, total_time_ms: 5000, runs: 3 },
  },
  {
    ...{ format: 'rapid-mlx', what: '', kind: 'run' },
    input: {
      ...{ submitted_at: '2026-06-15T21:29:03+00:00', hardware: { chip: 'Apple M3 Ultra', ram_gb: 256 } },
      ...{ software: { mlx: '0.31.2' }, model: { hf_path: 'mlx-community/Qwen3-8B-4bit' } },
      config: { buckets_spec: { short: { prompt_tokens: 512, max_tokens: 101 } } },
      buckets: { short: { decode_tps: { median: 100 }, ttft_ms: { median: 450 }, rounds_raw: [{}, {}, {}] } },
    },
    facts: { engine: 'mlx', engine_version: '0.31.2', gpu_name: 'Apple M3 Ultra', vram_total_mb: 262144 },
    figures: { tokens_in: 512, tokens_out: 101, first_token_ms: 450, decode_time_ms: 1000, runs: 3 },
  },
  {
    ...{ format: 'ollama', what: 'an answer', kind: 'sample' },
    input: {
      ...{ model: 'llama3.1:8b', created_at: '2026-10-10T08:00:00Z', done: true, response: CANARY },
      ...{ load_duration: 2e9, prompt_eval_count: 26, prompt_eval_duration: 1e8, eval_count: 100, eval_duration: 2e9 },
    },
    facts: { model_ref: 'llama3.1:8b', engine: 'ollama', timing_source: 'engine' },
    figures: { tokens_in: 26, tokens_out: 100, first_token_ms: 2100, decode_time_ms: 2000, cold_start: true },
  },
  {
    ...{ format: 'ollama', what: '--verbose', kind: 'sample' },
    input: `>>> ${CANARY}
The answer.

total duration:       1m4.5s
load duration:        23ms
prompt eval count:    26 token(s)
prompt eval duration: 312ms
prompt eval rate:     83.3 tokens/s
eval count:           312 token(s)
eval duration:        1m2.5s
eval rate:            4.99 tokens/s`,
    facts: { engine: 'ollama' },
    figures: { tokens_in: 26, tokens_out: 312, first_token_ms: 335, decode_time_ms: 62500, cold_start: false },
  },
  {
    ...{ format: 'mlx', what: 'mlx_lm.generate', kind: 'sample' },
    input: `==========\n${CANARY}\n==========\nPrompt: 500 tokens, 1000.0 tokens-per-sec\nGeneration: 128 tokens, 64.0 tokens-per-sec\nPeak memory: 17.3 GB\n`,
    facts: { engine: 'mlx' },
    figures: { tokens_in: 500, tokens_out: 128, first_token_ms: 500, decode_time_ms: 2000, vram_used_mb_peak: 17300 },
  },
  {
    ...{ format: 'mlx', what: 'mlx_lm.benchmark', kind: 'sample' },
    input:
      'Timing with prompt_tokens=500, generation_tokens=128, batch_size=2.\nTrial 1:  prompt_tps=1000.0, generation_tps=64.0, peak_memory=17.3\n',
    facts: { concurrency: 2, measurement_type: 'batched_offline' },
    figures: { tokens_in: 500, tokens_out: 128, first_token_ms: 1000, decode_time_ms: 4000, output_tps: 64 },
  },
]
