import type { Format } from '../types.ts'
import { aiperf } from './aiperf.ts'
import { guidellm } from './guidellm.ts'
import { inferencex } from './inferencex.ts'
import { llamaBatchedBench } from './llama_batched_bench.ts'
import { llamaBench } from './llama_bench.ts'
import { llamaBenchy } from './llama_benchy.ts'
import { llamaServer } from './llama_server.ts'
import { llmfit } from './llmfit.ts'
import { llmperf } from './llmperf.ts'
import { localscore } from './localscore.ts'
import { mlx } from './mlx.ts'
import { ollama } from './ollama.ts'
import { rapidMlx } from './rapid_mlx.ts'
import { servingText } from './serving_text.ts'
import { sglangBench } from './sglang_bench.ts'
import { sglangOneBatch } from './sglang_one_batch.ts'
import { TOO_LITTLE } from './too_little.ts'
import { trtllmBench } from './trtllm_bench.ts'
import { vllmBench } from './vllm_bench.ts'

/** The formats that are told apart, in the order in which they are tried and listed. */
export const FORMATS: readonly Format[] = [
  llamaBench,
  llamaBatchedBench,
  llamaBenchy,
  llamaServer,
  vllmBench,
  sglangBench,
  sglangOneBatch,
  servingText,
  trtllmBench,
  aiperf,
  guidellm,
  llmperf,
  inferencex,
  localscore,
  llmfit,
  rapidMlx,
  ollama,
  mlx,
  ...TOO_LITTLE,
]
