import { expect, test } from 'vitest'
import { sglCookbook } from '../../curate/sgl-cookbook.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'
import { servingBlock } from './serving_block.ts'

const run = { requests: 100, in: 20_000, out: 10_100, seconds: 50 }
const closed = (maximum: number, measured: number) =>
  servingBlock({
    ...run,
    more: `Max request concurrency: ${maximum}\nConcurrency: ${measured}\nMean E2E Latency (ms): 1050`,
  })
const page = (hardware: string, version: string, command: string, blocks: string) => `## 5. Benchmark

- Hardware: ${hardware}
- Model: x
- Tensor Parallelism: 8
- sglang version: ${version}

\`\`\`bash
${command}
\`\`\`

${blocks}
`
const R1 = 'python -m sglang.launch_server \\\n  --model-path deepseek-ai/DeepSeek-R1-0528 \\\n  --tp 8'
const converted = convertFiles(sglCookbook, {
  'DeepSeek__R1.md': page(
    'B200 GPU (8x)',
    '0.5.6.post1',
    R1,
    `${closed(1, 1.0)}\n${closed(16, 15.2)}\n${closed(1, 7.9)}`,
  ),
  'GLM__GLM-5.md': page(
    'H200 (8x)',
    'commit 947927bdb',
    'python3 -m sglang.bench_serving \\\n  --backend sglang \\\n  --model zai-org/GLM-5-FP8 \\\n  --num-prompts 10',
    closed(16, 15),
  ),
  'Google__Gemma4.md': page(
    'H200',
    '0.5.8+',
    'sglang serve --model-path google/gemma-4-31B-it --tp 2',
    `${closed(1, 1)}\n#### gemma-4-31B-it (1x MI300X, TP=1)\n\nsglang serve --model-path google/gemma-4-31B-it\n\n${closed(1, 1)}`,
  ),
  'GLM__GLM-4.6.md': page('NVIDIA B200 GPU (8x), AMD MI300X (8x)', '0.5.6', R1, closed(1, 1)),
  'DeepSeek__V3_2.md': `${page('B200 GPU (8x)', '0.5.6', R1, closed(1, 1))}
- Hardware: NVIDIA H800 GPU (16x)
- Tensor Parallelism: 16

python3 -m sglang.bench_serving --model deepseek-ai/DeepSeek-V3.2

${closed(16, 15)}`,
  'LLaDA__LLaDA.md': page(
    'NVIDIA B200 (4x)',
    '0.5.8',
    R1.replace('deepseek-ai/DeepSeek-R1-0528', 'inclusionAI/LLaDA2.1-mini'),
    closed(1, 1),
  ),
  'Qwen__Qwen3-VL.md': page(
    'NVIDIA B200 GPU (8x)',
    '0.5.6',
    R1,
    `${closed(1, 1).replace('Concurrency:', 'Total input vision tokens: 900\nConcurrency:')}\n${closed(1, 1).slice(0, 300)}\n\`\`\``,
  ),
})
const at = (page: string, row: number) => rowAt(converted, `docs/autoregressive/${page}.md#${row}`)

test('a result is the mean over its requests at the set concurrency', () => {
  expect(at('DeepSeek/R1', 2)).toMatchObject({
    model_ref: 'hf:deepseek-ai/DeepSeek-R1-0528',
    engine_version: '0.5.6.post1',
    engine_backend: 'cuda',
    gpu_name: 'NVIDIA B200 SXM 180GB',
    gpu_count: 8,
    tensor_parallel: 8,
    tokens_in: 200,
    first_token_ms: 50,
    decode_time_ms: 1000,
    total_time_ms: 1050,
    concurrency: 16,
    measurement_type: 'batched_online',
  })
})

test('one request at a time is a single stream if it was measured so; the peak is not believed', () => {
  expect([1, 3].map((row) => at('DeepSeek/R1', row).measurement_type)).toEqual(['single_stream', 'batched_online'])
  expect(flawRows(converted, 'Peak concurrent')).toBe(8)
})

test('without a command of the server, the benchmark names the model and the head the GPUs', () => {
  expect(at('GLM/GLM-5', 1)).toMatchObject({
    model_ref: 'hf:zai-org/GLM-5',
    quantization: 'fp8',
    gpu_count: 8,
    engine_version: 'unknown',
  })
})

test('a heading may name another GPU than the head', () => {
  expect(at('Google/Gemma4', 1)).toMatchObject({ gpu_name: 'NVIDIA H200 SXM 141GB', gpu_count: 2 })
  expect(at('Google/Gemma4', 2)).toMatchObject({
    gpu_name: 'AMD Instinct MI300X',
    gpu_count: 1,
    engine_backend: 'rocm',
  })
  expect(flawRows(converted, 'in the place of a version')).toBe(3)
})

test('a command above the hardware was for another machine', () => {
  expect(at('DeepSeek/V3_2', 2)).toMatchObject({
    model_ref: 'hf:deepseek-ai/DeepSeek-V3.2',
    gpu_name: 'NVIDIA H800 SXM5 80GB',
    gpu_count: 16,
  })
})

test('what is left out is counted by reason', () => {
  expect(droppedRows(converted)).toEqual({
    'GPU or model not known': 1,
    'prompts with images': 1,
    'a diffusion model': 1,
    'result is cut off': 1,
  })
})
