import { expect, test } from 'vitest'
import { readReference } from '../../../contracts/names/read_reference.ts'

test.each([
  ['Qwen/Qwen3-8B', 'Qwen', ['Qwen3-8B'], null],
  ['hf:Qwen/Qwen3-8B', 'Qwen', ['Qwen3-8B'], null],
  ['https://huggingface.co/Qwen/Qwen3-8B', 'Qwen', ['Qwen3-8B'], null],
  ['hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M', 'unsloth', ['Qwen3-8B-GGUF'], 'Q4_K_M'],
  ['llama3.1:8b-instruct-q4_K_M', null, ['llama3.1'], '8b-instruct-q4_K_M'],
  ['registry.ollama.ai/library/qwen3:latest', null, ['qwen3'], 'latest'],
  ['qwen3-8b@q4_k_m', null, ['qwen3-8b'], 'q4_k_m'],
  ['/home/ada/models/Qwen3-8B-Q4_K_M.gguf', null, ['Qwen3-8B-Q4_K_M'], null],
  ['C:\\models\\Qwen3-8B-Q4_K_M.gguf', null, ['Qwen3-8B-Q4_K_M'], null],
  ['models/Qwen3-8B', null, ['Qwen3-8B'], null],
  ['Qwen3-8B-Q4_K_M-00001-of-00003.gguf', null, ['Qwen3-8B-Q4_K_M'], null],
  ['Qwen3-8B-Q4_K_M.gguf-00001-of-00003.gguf', null, ['Qwen3-8B-Q4_K_M'], null],
  ['Qwen3-8B-Q4_K_M.gguf.part1of2', null, ['Qwen3-8B-Q4_K_M'], null],
  ['Qwen3-8B-Q4_K_M.gguf-split-b', null, ['Qwen3-8B-Q4_K_M'], null],
  ['Qwen3-8B-Q4_K_M (1).gguf', null, ['Qwen3-8B-Q4_K_M'], null],
  ['Qwen3-8B-Q4_K_M - Copy.gguf', null, ['Qwen3-8B-Q4_K_M'], null],
  ['Qwen/Qwen3-8B@main', 'Qwen', ['Qwen3-8B'], null],
  ['Qwen/Qwen3-8B:b968826d9c46dd6066d109eabc6255188de91218', 'Qwen', ['Qwen3-8B'], null],
  ['library/llama3.1:8b', null, ['llama3.1'], '8b'],
  ['unsloth/Qwen3-8B-GGUF/Qwen3-8B-Q4_K_M.gguf', 'unsloth', ['Qwen3-8B-Q4_K_M', 'Qwen3-8B-GGUF'], null],
  ['unsloth_Qwen3-8B-GGUF_Qwen3-8B-Q4_K_M.gguf', 'unsloth', ['Qwen3-8B-Q4_K_M', 'Qwen3-8B-GGUF'], null],
  ['/home/ada/.cache/huggingface/hub/models--Qwen--Qwen3-8B/snapshots/b968826d', 'Qwen', ['Qwen3-8B'], null],
  ['models--ada--my-7b/snapshots/b968826d/model-00001-of-00002.safetensors', 'ada', ['my-7b'], null],
])('reads %s', (raw, owner, stems, tag) => {
  expect(readReference(raw)).toMatchObject({ owner, stems, tag })
})
