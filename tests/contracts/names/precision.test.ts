import { expect, test } from 'vitest'
import { bitsOfLabel, precisionLabel } from '../../../contracts/names/precision_label.ts'
import { splitPrecision } from '../../../contracts/names/split_precision.ts'

test.each([
  ['Qwen3-8B', 'Qwen3-8B', null],
  ['Qwen3-8B-Q4_K_M', 'Qwen3-8B', 'Q4_K_M'],
  ['Qwen3-8B-q4_k_m', 'Qwen3-8B', 'Q4_K_M'],
  ['llama-2-7b.Q4_0', 'llama-2-7b', 'Q4_0'],
  ['shisa-v2-70b.i1-Q4_K_M', 'shisa-v2-70b', 'i1-Q4_K_M'],
  ['gemma-3-27b-it-UD-Q4_K_XL', 'gemma-3-27b-it', 'UD-Q4_K_XL'],
  ['gemma-3-27b-it-qat-q4_0', 'gemma-3-27b-it', 'QAT-Q4_0'],
  ['DeepSeek-V3-UD-IQ2_XXS', 'DeepSeek-V3', 'UD-IQ2_XXS'],
  ['Qwen3-8B-Q4_K_L', 'Qwen3-8B', 'Q4_K_L'],
  ['Qwen3-8B-imatrix-Q4_K_S', 'Qwen3-8B', 'Q4_K_S'],
  ['Qwen3-8B-TQ1_0', 'Qwen3-8B', 'TQ1_0'],
  ['Qwen3-30B-A3B-MXFP4_MOE', 'Qwen3-30B-A3B', 'MXFP4_MOE'],
  ['Qwen3-8B-GGUF', 'Qwen3-8B', null],
  ['Qwen3-8B-AWQ', 'Qwen3-8B', 'awq-int4'],
  ['Qwen3-8B-AWQ-4bit', 'Qwen3-8B', 'awq-int4'],
  ['Qwen3-8B-AWQ-INT4', 'Qwen3-8B', 'awq-int4'],
  ['Qwen3-8B-GPTQ-Int4', 'Qwen3-8B', 'gptq-int4'],
  ['Qwen3-8B-GPTQ-Int8', 'Qwen3-8B', 'gptq-int8'],
  ['Qwen3-8B-int4-AutoRound', 'Qwen3-8B', 'autoround-int4'],
  ['Qwen3-8B-autoround-int4', 'Qwen3-8B', 'autoround-int4'],
  ['Qwen3-8B-FP8', 'Qwen3-8B', 'fp8'],
  ['Qwen3-8B-FP8-dynamic', 'Qwen3-8B', 'fp8-dynamic'],
  ['Qwen3-8B-NVFP4', 'Qwen3-8B', 'nvfp4'],
  ['Qwen3-8B-bnb-4bit', 'Qwen3-8B', 'bnb-4bit'],
  ['Qwen3-8B-quantized.w4a16', 'Qwen3-8B', 'w4a16'],
  ['Qwen3-8B-INT8-W8A8', 'Qwen3-8B', 'w8a8-int8'],
  ['Qwen3-8B-4bit', 'Qwen3-8B', '4bit'],
  ['Qwen3-8B-MLX-4bit', 'Qwen3-8B', 'mlx-4bit'],
  ['Qwen3-8B-exl3-6.0bpw', 'Qwen3-8B', 'exl3-6.0bpw'],
  ['Qwen3-8B-4.0bpw-h6-exl2', 'Qwen3-8B', 'exl2-4.0bpw-h6'],
  // Words behind a precision that are none, and details without one, belong to the model.
  ['Qwen3-8B-MXFP4-CRACK', 'Qwen3-8B-MXFP4-CRACK', null],
  ['Qwen3-8B-abliterated-v4', 'Qwen3-8B-abliterated-v4', null],
  ['Some-7B-Fast', 'Some-7B-Fast', null],
])('splits %s', (name, base, label) => {
  const split = splitPrecision(name)
  expect({ base: split.base, label: precisionLabel(split.units) }).toEqual({ base, label })
})

test.each([
  ['exl3-6.0bpw', 6],
  ['gptq-int8', 8],
  ['UD-IQ2_XXS', 2],
  ['w8a8-int8', 8],
  ['autoround', null],
])('a label of %s states its bits', (label, bits) => {
  expect(bitsOfLabel(label)).toBe(bits)
})
