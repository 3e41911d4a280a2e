import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PATTERNS } from '../../../contracts/fields.ts'
import { KNOWN_ENGINES } from '../../../telemetry/engines/types.ts'
import { toModelRef } from '../../../telemetry/wire/model_ref.ts'

test.each([
  ['Qwen/Qwen3-8B', 'vllm', 'hf:Qwen/Qwen3-8B'],
  ['Qwen/Qwen3-8B', 'sglang', 'hf:Qwen/Qwen3-8B'],
  ['/var/lib/huggingface/hub/models--Qwen--Qwen3-8B/snapshots/abc/', 'vllm', 'hf:Qwen/Qwen3-8B'],
  ['/home/jane/models/secret-8b', 'vllm', 'secret-8b'],
  ['./models/tuned', 'vllm', 'tuned'],
  ['models/tuned', 'vllm', 'tuned'],
  ['C:\\Users\\jane\\Qwen3-8B-Q4_K_M.gguf', 'llama.cpp', 'Qwen3-8B-Q4_K_M'],
  ['llama3.1:8b', 'ollama', 'llama3.1:8b'],
  ['jane/tuned:latest', 'ollama', 'tuned:latest'],
  ['hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M', 'ollama', 'hf:bartowski/Llama-3.2-1B-Instruct-GGUF'],
  ['meta/llama-3.1-8b-instruct', 'nim', 'llama-3.1-8b-instruct'],
  ['qwen/qwen3-8b', 'lmstudio', 'qwen3-8b'],
  ['repo:NousResearch/Meta-Llama-3-8B-Instruct', 'llama-orch', 'hf:NousResearch/Meta-Llama-3-8B-Instruct'],
  ['hf:org/repo/file.gguf', 'llama-orch', 'hf:org/repo/file.gguf'],
  ['Qwen/Qwen3-8B', 'unknown', 'Qwen3-8B'],
  ['', 'vllm', 'unknown'],
  ['what is the meaning of life?', 'vllm', 'unknown'],
])('%j on %s is %s', (name, engine, ref) => expect(toModelRef(name, engine)).toBe(ref))

test('the model that an engine holds counts, not what a client calls it', () => {
  expect(toModelRef('gpt-4o', 'llama.cpp', { held: 'Qwen3-8B-Q4_K_M.gguf' })).toBe('Qwen3-8B-Q4_K_M')
  expect(toModelRef('', 'tgi', { held: 'Qwen/Qwen3-8B' })).toBe('hf:Qwen/Qwen3-8B')
  expect(toModelRef('default', 'sglang', { held: '/home/jane/Qwen3-8B' })).toBe('Qwen3-8B')
  expect(toModelRef('Qwen/Qwen3-8B:adapter', 'sglang', { held: 'Qwen/Qwen3-8B' })).toBe('hf:Qwen/Qwen3-8B')
})

test('every name gives a reference of the contract, and no folder of a path', () => {
  const folder = fc.stringMatching(/^[a-z]{12}$/)
  const path = fc.tuple(
    fc.constantFrom('/home/', '~/', 'C:\\Users\\', '../', '/mnt/x/'),
    folder,
    fc.stringMatching(/^[a-z0-9.-]{1,20}$/),
  )
  const form = new RegExp(PATTERNS.model_ref)
  fc.assert(
    fc.property(path, fc.constantFrom(...KNOWN_ENGINES), ([root, jane, file], engine) => {
      const ref = toModelRef(`${root}${jane}/${file}`, engine)
      expect(ref).toMatch(form)
      expect(ref).not.toContain(jane)
    }),
  )
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...KNOWN_ENGINES), (name, engine) => {
      expect(toModelRef(name, engine)).toMatch(form)
    }),
  )
})
