import { expect, test } from 'vitest'
import { type RecordedRun, reproduceCommands } from '../../site/lib/reproduce.ts'

const RUN: RecordedRun = {
  engine: 'llama.cpp',
  repository: 'Qwen/Qwen3-8B',
  precision: 'Q4_K_M',
  gpuCount: 1,
  promptBuckets: ['le512', 'le2k'],
  outputBuckets: ['le128'],
  concurrency: null,
}

test.each<[string, Partial<RecordedRun>, string[]]>([
  ['one user', {}, ['llama-bench -m Qwen3-8B-Q4_K_M.gguf -p 512,2048 -n 128 -ngl 99']],
  [
    'a load on several GPUs',
    { engine: 'vllm', precision: 'unknown', gpuCount: 4, concurrency: 16, outputBuckets: ['le512'] },
    [
      'vllm serve Qwen/Qwen3-8B --tensor-parallel-size 4',
      'vllm bench serve --model Qwen/Qwen3-8B --dataset-name random --random-input-len 2048 --random-output-len 512 --max-concurrency 16 --num-prompts 64',
    ],
  ],
  ['an engine without a recipe', { engine: 'any' }, []],
  ['a name that is no option', { engine: 'constructor' }, []],
  ['a name that a shell would not read as it is', { repository: 'a/b; rm -rf $HOME' }, []],
])('%s', (_, over, commands) => {
  expect(reproduceCommands({ ...RUN, ...over })).toEqual(commands)
})
