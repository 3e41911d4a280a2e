import { expect, test } from 'vitest'
import { findLaunch, readLaunch } from '../../../curate/lib/launch.ts'

test.each([
  ['vllm serve Qwen/Qwen3-32B-FP8 -tp 2', 'vllm', 'Qwen/Qwen3-32B-FP8', 2],
  ['vllm serve a/b --tensor-parallel-size=4 --data-parallel-size 2', 'vllm', 'a/b', 8],
  ['python3 -m sglang.launch_server --model-path a/b --tp-size 4 --pp-size 2', 'sglang', 'a/b', 8],
  ['sglang serve \\\n  --model a/b \\\n  --tp 8 --dp 8 --enable-dp-attention', 'sglang', 'a/b', 8],
  ['trtllm-serve /workspace/x --tp_size 8 --ep_size 8', 'tensorrt-llm', '/workspace/x', 8],
])('%s', (command, engine, model, gpu_count) => {
  expect(readLaunch(command)).toMatchObject({ engine, model, gpu_count })
})

test.each([
  ['--speculative-algorithm EAGLE3', { speculative: true, speculative_method: 'eagle3' }],
  ['--speculative-algorithm EAGLE', { speculative: true, speculative_method: 'eagle' }],
  ['--speculative-config {"method":"mtp","num_speculative_tokens":1}', { speculative_method: 'mtp' }],
  ['--speculative-config {"method":"new"}', { speculative_method: 'other' }],
  ['--kv-cache-dtype=fp8_e4m3 --ep-size 4', { kv_cache_dtype: 'fp8_e4m3', expert_parallel: 4 }],
])('the options %s', (options, expected) => {
  expect(readLaunch(`vllm serve a/b ${options}`)?.options).toMatchObject(expected)
})

test('the last command of a text counts, and a text without one has none', () => {
  expect(findLaunch('vllm serve a/b -tp 2\nResult\nvllm serve c/d \\\n  -tp 4\n')).toMatchObject({
    model: 'c/d',
    gpu_count: 4,
  })
  expect(findLaunch('vllm bench serve --model a/b')).toBeNull()
})
