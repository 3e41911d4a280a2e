import { llamaBench } from './llama_bench.ts'
import { sglangBench } from './sglang_bench.ts'
import type { BenchTool } from './types.ts'
import { vllmBench } from './vllm_bench.ts'

/** The benchmark tools whose output `orch import` reads. */
export const BENCH_TOOLS: readonly BenchTool[] = [llamaBench, vllmBench, sglangBench]
