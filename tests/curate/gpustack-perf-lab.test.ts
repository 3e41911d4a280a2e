import { expect, test } from 'vitest'
import { gpustack } from '../../curate/gpustack-perf-lab.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'
import { servingBlock } from './serving_block.ts'

const run = { requests: 100, in: 20_000, out: 10_100, seconds: 50 }
const head = (model: string, hardware: string) => `# Page

## Experimental Setup

### Model

${model}

### Hardware

${hardware}

### Engine Version

- vLLM: v0.11.0
- SGLang: v0.5.5.post1

## Experiment Results
`
const script = (command: string) => `??? info "Serving script"
    \`\`\`bash
    ${command}
    \`\`\`
`
const guidellm = (latency: number, median: number) =>
  servingBlock({ ...run, maximum: 31, more: `Mean Latency(s):  ${latency}` }).replace(
    /Median ITL.*/,
    `Median ITL (ms): ${median}`,
  )

const converted = convertFiles(gpustack, {
  'qwen3-32b__h100.md': `${head('Qwen3-32B', 'A single NVIDIA H100 SXM GPU.')}
${script('vllm serve Qwen/Qwen3-32B')}
${servingBlock(run)}
${script('python3 -m sglang.launch_server --model-path Qwen/Qwen3-32B-FP8 --tp-size 2 --speculative-algorithm EAGLE3')}
${servingBlock({ ...run, maximum: 4 })}
${servingBlock({ ...run, maximum: 1, out: 400 })}
${script('vllm serve Qwen/Qwen3-14B')}
${servingBlock({ ...run, maximum: 8 })}
${script('vllm serve Qwen/Qwen3-32B')}
${servingBlock(run)}

    ValueError: this backend is not supported
`,
  'glm__h200.md': `# Page
    sglang serve --model-path zai-org/GLM-4.6-FP8 --tp 8
${head('zai-org/GLM-4.6-FP8', 'NVIDIA H200x8').replace('## Experiment Results', 'guidellm\n\n## Experiment Results')}
#### vLLM

- Backend Parameters:
  \`\`\`bash
  --tensor-parallel-size=8
  \`\`\`

${guidellm(1.05, 9)}

#### Short Context

- Optimized Backend Parameters:N/A

${guidellm(30, 0)}
`,
  'glm-4.5-air__h100.md': `${head('zai-org/GLM-4.5-Air', '4 × NVIDIA H100 SXM GPUs on a single node.')}
${script('vllm serve zai-org/GLM-4.5-Air -tp 4')}
${servingBlock(run)}
${script('vllm serve zai-org/GLM-4.5-Air -tp 2')}
${servingBlock({ ...run, maximum: 2 })}`,
  'qwen3-8b__910b.md': `${head('Qwen/Qwen3-30B-A3B', 'A single Ascend 910B NPU.')}${servingBlock(run)}`,
})
const at = (page: string, row: number) => rowAt(converted, `docs/performance-lab/${page}.md#${row}`)

test('a result belongs to the command above it', () => {
  expect(at('qwen3-32b/h100', 1)).toMatchObject({
    model_ref: 'hf:Qwen/Qwen3-32B',
    quantization: 'bf16',
    engine: 'vllm',
    engine_version: '0.11.0',
    gpu_name: 'NVIDIA H100 SXM5 80GB',
    gpu_count: 1,
    first_token_ms: 50,
    decode_time_ms: 1000,
    output_tps: 202,
    // All prompts at once: 2 per second that stay 1.05 s each.
    concurrency: 2,
    measurement_type: 'batched_online',
  })
  expect(at('qwen3-32b/h100', 2)).toMatchObject({
    quantization: 'fp8',
    engine: 'sglang',
    engine_version: '0.5.5.post1',
    gpu_count: 2,
    concurrency: 4,
    speculative: true,
    speculative_method: 'eagle3',
  })
})

test('one request at a time is a single stream; few tokens are counted', () => {
  expect(at('qwen3-32b/h100', 3)).toMatchObject({ concurrency: 1, measurement_type: 'single_stream', tokens_out: 4 })
  expect(flawRows(converted, '4 output tokens')).toBe(1)
})

test('guidellm: the decode time is the latency less the first token', () => {
  expect(at('glm/h200', 1)).toMatchObject({
    model_ref: 'hf:zai-org/GLM-4.6',
    quantization: 'fp8',
    engine: 'vllm',
    gpu_count: 8,
    total_time_ms: 1050,
    first_token_ms: 50,
    decode_time_ms: 1000,
    concurrency: 2,
  })
})

test('guidellm: where a client merged chunks, only the latency and the throughput stay', () => {
  expect(at('glm/h200', 2)).toMatchObject({
    engine: 'sglang',
    gpu_count: 8,
    total_time_ms: 30_000,
    first_token_ms: null,
    decode_time_ms: null,
    output_tps: 202,
  })
  expect(flawRows(converted, 'merged chunks')).toBe(1)
})

test('weights that do not fit into the GPUs did not run there', () => {
  expect(at('glm-4.5-air/h100', 1).gpu_count).toBe(4)
  expect(() => at('glm-4.5-air/h100', 2)).toThrow('no row')
})

test('what is left out is counted by reason', () => {
  expect(droppedRows(converted)).toEqual({
    'printed before on the same page': 1,
    'the command names another model than the page': 1,
    'setting that the engine refused': 1,
    'the weights that the command names do not fit into its GPUs': 1,
    'Ascend 910B covers several parts': 1,
  })
})
