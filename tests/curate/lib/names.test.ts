import { expect, test } from 'vitest'
import { gpuVariant } from '../../../curate/lib/gpu_variant.ts'
import { quantizationInName, resolveModel } from '../../../curate/lib/model_name.ts'
import { catalogue } from '../fixture.ts'

test.each([
  ['Qwen3-8B-Q4_K_M.gguf', 'Q4_K_M'],
  ['llama-2-7b.Q4_0.gguf', 'Q4_0'],
  ['Qwen3-235B-A22B-Instruct-2507-UD-Q3_K_XL-00001-of-00003.gguf', 'UD-Q3_K_XL'],
  ['shisa-v2-llama3.1-8b.i1-Q4_K_M', 'i1-Q4_K_M'],
  ['gemma-4-12B-it-QAT-Q4_0.gguf', 'QAT-Q4_0'],
  ['gemma4:e4b-it-qat', 'QAT-Q4_0'],
  ['qwen3.6:27b-mtp-q8_0', 'Q8_0'],
  ['Qwen2.5-Coder-32B-Instruct-AWQ', 'awq-int4'],
  ['gpt-oss-20b-MXFP4-Q4', 'mxfp4-q4'],
  ['phi-4-4bit', 'mlx-4bit'],
  ['Llama-3.1-405B-FP8', 'fp8'],
  ['Qwen3.6-35B-A3B-NVFP4-Fast', 'nvfp4'],
  ['qwen3:8b', null],
  ['gemma4:12b-mlx', null],
])('the weight format of %s is %s', (name, format) => {
  expect(quantizationInName(catalogue, name)).toBe(format)
})

test.each([
  ['meta-llama/Llama-2-70b-hf', 'hf:meta-llama/Llama-2-70b-hf', true],
  ['/home/alice/models/llama-2-7b.Q4_0.gguf', 'hf:meta-llama/Llama-2-7b-hf', true],
  ['C:\\models\\llama-2-7b.Q4_0.gguf', 'hf:meta-llama/Llama-2-7b-hf', true],
  ['/home/alice/secret-project.gguf', 'secret-project', false],
])('%s resolves to %s', (raw, model_ref, known) => {
  expect(resolveModel(catalogue, raw)).toMatchObject({ model_ref, known })
})

test('a name that fits no model_ref resolves to nothing', () => {
  expect(resolveModel(catalogue, '/home/alice/my model.gguf')).toBeNull()
})

test.each([
  ['NVIDIA GeForce RTX 4060 Ti', 15.61, '', 'nvidia-rtx-4060-ti-16gb'],
  ['NVIDIA GeForce RTX 4060 Ti', 7.9, '', 'nvidia-rtx-4060-ti-8gb'],
  ['NVIDIA GeForce RTX 4060 Ti', null, '', null],
  ['Intel Arc Graphics 130V/140V (integrated)', 30.8, 'Intel(R) Core(TM) Ultra 7 258V', 'intel-arc-140v'],
  ['Intel Arc Graphics 130V/140V (integrated)', 15, 'Intel(R) Core(TM) Ultra 5 226V', 'intel-arc-130v'],
  ['Radeon 840M / 860M Graphics', 0.5, 'AMD Ryzen AI 5 340 w/ Radeon 840M', 'amd-radeon-840m'],
  ['Radeon 840M / 860M Graphics', 0.5, 'unstated', null],
  ['Tesla T4', 15, '', null],
])('%s with %s GB on "%s" is %s', (name, memory, cpu, id) => {
  expect(gpuVariant(name, memory, cpu)).toBe(id)
  if (id !== null) expect(catalogue.gpu(id)).not.toBeNull()
})
