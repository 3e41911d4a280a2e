import { describe, expect, it } from 'vitest'
import { modelRefOfGguf, modelRefOfName, quantizationOfGguf } from '../../../contracts/names/model_ref.ts'

describe('GGUF files', () => {
  it.each([
    ['/models/gguf/GLM-4.5-Air-UD-Q4_K_XL-00001-of-00002.gguf', 'GLM-4.5-Air-UD-Q4_K_XL', 'UD-Q4_K_XL'],
    ['/home/ann/shisa-v2-llama3.1-8b.i1-Q4_K_M.gguf', 'shisa-v2-llama3.1-8b.i1-Q4_K_M', 'i1-Q4_K_M'],
    ['llama-2-7b.Q4_0.gguf', 'llama-2-7b.Q4_0', 'Q4_0'],
    ['C:\\Users\\ann\\gpt-oss-120b-F16.gguf', 'gpt-oss-120b-F16', 'F16'],
    ['gpt-oss-20b-mxfp4.gguf', 'gpt-oss-20b-mxfp4', 'mxfp4'],
    ['Qwen3-8B-IQ2_XXS.GGUF', 'Qwen3-8B-IQ2_XXS', 'IQ2_XXS'],
    ['Qwen3-8B-BF16.gguf', 'Qwen3-8B-BF16', 'BF16'],
    ['model.gguf', 'model', undefined],
    ['Qwen3-8B-Q4_K_L.gguf-00001-of-00004.gguf', 'Qwen3-8B-Q4_K_L', 'Q4_K_L'],
    ['Llama 3.1 8B Instruct (Q4).gguf', 'Llama-3.1-8B-Instruct-Q4', 'Q4'],
    ['Qwen3-4B-abliterated.mxfp4.gguf', 'Qwen3-4B-abliterated.mxfp4', 'mxfp4'],
    [
      '/home/ann/.cache/huggingface/hub/models--unsloth--Qwen3-8B-GGUF/snapshots/0a1b/Qwen3-8B-Q4_K_M.gguf',
      'hf:unsloth/Qwen3-8B-GGUF/Qwen3-8B-Q4_K_M.gguf',
      'Q4_K_M',
    ],
  ])('%s', (path, ref, quantization) => {
    expect(modelRefOfGguf(path)).toBe(ref)
    expect(quantizationOfGguf(path)).toBe(quantization)
  })
})

describe('models of a server', () => {
  it.each([
    ['meta-llama/Llama-3.1-405B-FP8', 'hf:meta-llama/Llama-3.1-405B-FP8'],
    ['gpt-oss-20b', 'gpt-oss-20b'],
    ['/home/ann/models/Qwen3-8B', 'Qwen3-8B'],
    ['/home/ann/models/Qwen3-8B/', 'Qwen3-8B'],
    ['./checkpoints/Qwen3-8B', 'Qwen3-8B'],
    ['~/Qwen3-8B', 'Qwen3-8B'],
    ['../Qwen3-8B', 'Qwen3-8B'],
    ['models/Qwen3-8B', 'Qwen3-8B'],
    ['hf.co/ada/assistant-GGUF:Q4_K_M', 'hf:ada/assistant-GGUF:Q4_K_M'],
    ['registry.ollama.ai/library/qwen3:8b', 'qwen3:8b'],
    ['registry.ollama.ai/ada/qwen3:8b', 'hf:ada/qwen3:8b'],
    ['ghcr.io/ada/qwen3:8b', 'hf:ada/qwen3:8b'],
    ['/srv/.cache/huggingface/hub/models--Qwen--Qwen3-32B/snapshots/9216db57/', 'hf:Qwen/Qwen3-32B'],
  ])('%s is %s', (name, ref) => {
    expect(modelRefOfName(name)).toBe(ref)
  })
})
