import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BenchmarkRun } from '../../contracts/index.ts'
import { readRows } from './fixture.ts'

/**
 * Figures as the sources publish them, read off their files by hand and worked out here without a converter: what the rows give must
 * equal them. The origin of a row says where the figure stands: file and row, block or entry, counted from 1.
 */
type Metric = 'decode_tps' | 'ttft_ms' | 'total_ms' | 'output_tps' | 'power_w'
type Figure = [source: string, origin: string, metric: Metric, value: number]

const METRICS: Record<Metric, (row: BenchmarkRun) => number> = {
  decode_tps: ({ tokens_out, decode_time_ms }) => ((tokens_out! - 1) * 1000) / decode_time_ms!,
  ttft_ms: ({ first_token_ms }) => first_token_ms!,
  total_ms: ({ total_time_ms }) => total_time_ms!,
  output_tps: ({ output_tps }) => output_tps!,
  power_w: ({ power_w }) => power_w!,
}

const AIPERF = 'performance_benchmarks'
const IONET = 'vllm_200prompts'
const LAB = 'docs/performance-lab'
const COOKBOOK = 'docs/autoregressive'
const SPARK = 'results'
const RAPID = 'community-benchmarks'
const MI300X = 'datasets/sample-results/Llama-3.1-8B_latency'

const FIGURES: Figure[] = [
  // inter_token_latency.avg, time_to_first_token.avg, output_token_throughput.avg
  [
    'consumer-blackwell',
    `${AIPERF}/rtx5090_1x/api/qwen3-8b-nvfp4-api-c64/profile_export_aiperf.json#1`,
    'decode_tps',
    1000 / 12.80806023731222,
  ],
  [
    'consumer-blackwell',
    `${AIPERF}/rtx5070ti_1x/rag/qwen3-8b-nvfp4-rag-8k-c8/profile_export_aiperf.json#1`,
    'ttft_ms',
    5228.199532852,
  ],
  [
    'consumer-blackwell',
    `${AIPERF}/rtx5060ti_2x/rag/gemma3-27b-w4a16-rag-8k-c4/profile_export_aiperf.json#1`,
    'output_tps',
    39.36725129749562,
  ],
  // mean_ttft_ms, mean_tpot_ms, output_throughput
  ['ionet-4090-h100', `${IONET}16qps_phi-4_sharegpt_1xNVIDIA-H100-PCIe.json#1`, 'ttft_ms', 36.743711740127765],
  [
    'ionet-4090-h100',
    `${IONET}1qps_Meta-Llama-3-8B-Instruct_sharegpt_1xNVIDIA-GeForce-RTX-4090.json#1`,
    'decode_tps',
    1000 / 19.51017259555365,
  ],
  [
    'ionet-4090-h100',
    `${IONET}32qps_DeepSeek-R1-Distill-Qwen-14B_sharegpt_8xNVIDIA-GeForce-RTX-4090.json#1`,
    'output_tps',
    764.0751888822361,
  ],
  // PP 512, B 2: T_PP 0.230 s; PP 4096, B 32: 32 × 32 tokens in T 30.922 s; mac, B 1 at PP 4096: 32 tokens in T_TG 0.334 s
  ['llamacpp-benches', 'benches/dgx-spark/dgx-spark.md#2', 'ttft_ms', 230],
  ['llamacpp-benches', 'benches/dgx-spark/dgx-spark.md#12', 'output_tps', (32 * 32) / 30.922],
  ['llamacpp-benches', 'benches/mac-m2-ultra/mac-m2-ultra.md#7', 'decode_tps', 31 / 0.334],
  // Eval rates of 128 tokens: RTX 4090 and R9700 with DeepSeek R1 14b, RTX 4090 with gpt-oss 20b
  ['geerling-ai-benchmarks', 'README.md#1', 'decode_tps', (92.49 * 127) / 128],
  ['geerling-ai-benchmarks', 'README.md#6', 'decode_tps', (53.72 * 127) / 128],
  ['geerling-ai-benchmarks', 'README.md#27', 'decode_tps', (279.65 * 127) / 128],
  // Blocks 1 (vLLM): Mean TPOT, Mean TTFT; qwen3-32b: Output token throughput
  ['gpustack-perf-lab', `${LAB}/qwen3-8b/h100-latency.md#1`, 'decode_tps', 1000 / 7.38],
  ['gpustack-perf-lab', `${LAB}/qwen3-8b/h100-latency.md#1`, 'ttft_ms', 64],
  ['gpustack-perf-lab', `${LAB}/qwen3-32b/h100.md#1`, 'output_tps', 1131.55],
  // Long prompt, run 1: 512 tokens in 48.00 − 38.695 s; TTFT; mlx-lm q4 of Qwen3-30B-A3B: 113.33 tokens/s
  [
    'mlx-speed-tests',
    'results/macbook-pro-m4-max-128gb-40-core-gpu/Qwen3-8B-4bit.md#7',
    'decode_tps',
    511 / (48 - 38.695),
  ],
  ['mlx-speed-tests', 'results/macbook-pro-m4-max-128gb-40-core-gpu/Qwen3-8B-4bit.md#9', 'ttft_ms', 44_266],
  ['mlx-speed-tests', 'BENCHMARKS.md#12', 'decode_tps', (113.33 * 127) / 128],
  // rounds_raw
  [
    'rapid-mlx-community',
    `${RAPID}/20260615-apple-m3-ultra-phi-4-mini-4bit-cc3b1481796d.json#1.1`,
    'decode_tps',
    167.03584811399014,
  ],
  [
    'rapid-mlx-community',
    `${RAPID}/20260615-apple-m3-ultra-phi-4-mini-4bit-cc3b1481796d.json#1.3`,
    'ttft_ms',
    243.84224999812432,
  ],
  [
    'rapid-mlx-community',
    `${RAPID}/20260709-apple-m2-max-gpt-oss-20b-mxfp4-q8-92592822946c.json#2.1`,
    'decode_tps',
    80.08705666811433,
  ],
  // pp4096_tps 2589.9, tg128_tps 43.6 and 35.0
  ['rtx4070-laptop-ghost91', 'fit-bench-results.csv#131.1', 'ttft_ms', (4096 / 2589.9) * 1000],
  ['rtx4070-laptop-ghost91', 'fit-bench-results.csv#131.2', 'decode_tps', (43.6 * 127) / 128],
  ['rtx4070-laptop-ghost91', 'fit-bench-results.csv#153.2', 'decode_tps', (35 * 127) / 128],
  // GPU 0: pp512 3229.07 and tg128 150.97; both: tg128 129.80
  ['rx7900xtx-1337hero', 'vulkan_benchmark_20251211_143639.txt#1', 'ttft_ms', (512 / 3229.07) * 1000],
  ['rx7900xtx-1337hero', 'vulkan_benchmark_20251211_143639.txt#2', 'decode_tps', (150.97 * 127) / 128],
  ['rx7900xtx-1337hero', 'vulkan_benchmark_20251211_143639.txt#6', 'decode_tps', (129.8 * 127) / 128],
  // tg1024 (c1) 46.47 t/s (req); tg256 (c20) behind e2e_ttft 66866.46; output_throughput
  ['dgx-spark-devreng', `${SPARK}/gpt-oss/gpt-oss-20b/mxfp4/01-chat.md#2`, 'decode_tps', 46.47],
  ['dgx-spark-devreng', `${SPARK}/qwen-3.6/qwen-3.6-35b-a3b/fp8/06-concurrency-stress.md#2`, 'ttft_ms', 66_866.46],
  [
    'dgx-spark-devreng',
    `${SPARK}/gemma-4/gemma-4-26b-a4b-it/bf16-v23/07-office-baseline.json#1`,
    'output_tps',
    129.78805152860795,
  ],
  // Blocks 1: Mean TPOT, Mean TTFT, Output token throughput
  ['sgl-cookbook', `${COOKBOOK}/Qwen/Qwen3.md#1`, 'decode_tps', 1000 / 10.12],
  ['sgl-cookbook', `${COOKBOOK}/OpenAI/GPT-OSS.md#1`, 'ttft_ms', 33.71],
  ['sgl-cookbook', `${COOKBOOK}/OpenAI/GPT-OSS.md#1`, 'output_tps', 405.93],
  // silicon_ttft_ms, silicon_tpot_ms
  ['aiconfigurator-silicon', 'silicon_sample.csv#2', 'ttft_ms', 205.55675526484265],
  ['aiconfigurator-silicon', 'silicon_sample.csv#2', 'decode_tps', 1000 / 17.789099860809017],
  ['aiconfigurator-silicon', 'silicon_sample.csv#4001', 'decode_tps', 1000 / 19.740010395602685],
  // Latencies of the first batch of 70B in ms (January) and s (July), of the first of 405B in s (July)
  ['rocm-vllm-mi300x', 'docs/dev-docker/2025-01-29_7a292f9b0_dev-docker-README.md#1', 'total_ms', 19_088.59],
  ['rocm-vllm-mi300x', 'docs/dev-docker/2025-07-16_f94ec9bee_dev-docker-README.md#1', 'total_ms', 17_236],
  ['rocm-vllm-mi300x', 'docs/dev-docker/2025-07-16_f94ec9bee_dev-docker-README.md#17', 'total_ms', 48_453],
  // median_itl_ms, output_throughput_tokens_per_sec, avg_power_watts
  ['ml-energy', 'public/data/tasks/gpqa.json#6', 'decode_tps', 1000 / 14.42334707826376],
  ['ml-energy', 'public/data/tasks/lm-arena-chat.json#1', 'output_tps', 1086.7107231801174],
  ['ml-energy', 'public/data/tasks/sourcegraph-fim.json#4', 'power_w', 854.6540059985483],
  // MLC LLM on the RTX 3090 Ti, ExLlamaV2 with Llama 7B on the 4090, LM Studio with qwen 2.5 7B Q4_K_M
  ['engine-readme-tables', 'mlc-llm-perf-bench/README.md#1', 'decode_tps', (186.7 * 255) / 256],
  ['engine-readme-tables', 'exllamav2/README.md#2', 'decode_tps', (205 * 127) / 128],
  ['engine-readme-tables', 'nexveridian/README.md#3', 'decode_tps', (70 * 127) / 128],
  // Request table: FTL(ave) 0.526 s; static table, batch 1, 1 in, 128 out: 100.02 tokens/s, FTL 0.011 s
  ['lmdeploy-a100', 'docs/en/benchmark/a100_fp16.md#1', 'ttft_ms', 526],
  ['lmdeploy-a100', 'docs/en/benchmark/a100_fp16.md#5', 'total_ms', (128 / 100.02) * 1000],
  ['lmdeploy-a100', 'docs/en/benchmark/a100_fp16.md#5', 'decode_tps', 127 / (128 / 100.02 - 0.011)],
  // latencies
  [
    'mi300x-cmontemuino',
    `${MI300X}_bs1_in128_out128_float16_mem0.8_20250807_185823.json#1`,
    'total_ms',
    717.713778023608,
  ],
  [
    'mi300x-cmontemuino',
    `${MI300X}_bs1_in128_out128_float16_mem0.8_20250807_185823.json#3`,
    'total_ms',
    716.2656869040802,
  ],
  [
    'mi300x-cmontemuino',
    `${MI300X}_bs1_in128_out128_float16_mem0.8_20250807_185823.json#10`,
    'total_ms',
    718.983119004406,
  ],
]

const rowsOf = new Map<string, BenchmarkRun[]>()

test.each(FIGURES)('%s: %s gives %s %d', (source, origin, metric, value) => {
  const rows = rowsOf.get(source) ?? readSource(source)
  rowsOf.set(source, rows)
  const row = rows.find((candidate) => candidate.origin === origin)
  expect(row, `a row of ${source} with the origin ${origin}`).toBeDefined()
  // Rows round to a thousandth of a millisecond, watt or token per second.
  expect(Math.abs(METRICS[metric](row!) / value - 1)).toBeLessThan(2e-5)
})

function readSource(source: string): BenchmarkRun[] {
  const folder = join('data/curated', source)
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  return files.flatMap((name) => readRows(join(folder, name)))
}
