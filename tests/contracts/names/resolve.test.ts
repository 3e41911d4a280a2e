import { describe, expect, test } from 'vitest'
import { describeUnknown } from '../../../contracts/describe_unknown.ts'
import { NameIndex, type RawNames } from '../../../contracts/name_index.ts'
import { CATALOGUE } from './catalogue.ts'

const index = new NameIndex(CATALOGUE)
const LLAMA = 'hf:meta-llama/Llama-3.1-8B-Instruct'

function resolve(raw: Partial<RawNames>): string {
  const resolution = index.resolve({ model_ref: 'hf:Qwen/Qwen3-8B', gpu_name: 'rtx-4090', engine: 'llama.cpp', ...raw })
  if ('unknown' in resolution) return resolution.unknown.map(({ what, why }) => `${what} ${why}`).join(', ')
  const { model, listed, quantization } = resolution.known
  return `${listed ? '' : 'unlisted '}${model.id} ${quantization}`
}

function resolveGpu(gpu_name: string, vram_total_mb?: number, gpu_count?: number): string {
  const resolution = index.resolve({
    model_ref: 'hf:Qwen/Qwen3-8B',
    engine: 'vllm',
    gpu_name,
    vram_total_mb,
    gpu_count,
  })
  return 'known' in resolution ? resolution.known.gpu.id : resolution.unknown[0]!.why
}

describe('a model', () => {
  test.each([
    ['hf:Qwen/Qwen3-8B', 'hf:Qwen/Qwen3-8B unknown'],
    ['mistral-7b-tuned.gguf', 'hf:mistralai/Mistral-7B-Instruct-v0.3 unknown'],
    ['qwen_qwen3-8b-Q4_K_M', 'hf:Qwen/Qwen3-8B Q4_K_M'],
    ['unsloth/Qwen3-8B-GGUF', 'hf:Qwen/Qwen3-8B unknown'],
    ['hf:unsloth/Qwen3-8B-GGUF/Qwen3-8B-Q4_K_M.gguf', 'hf:Qwen/Qwen3-8B Q4_K_M'],
    ['Meta-Llama-3.1-8B-Instruct-Q8_0', `${LLAMA} Q8_0`],
    ['Llama-3.1-8B-Q8_0', 'hf:meta-llama/Llama-3.1-8B Q8_0'],
    ['hf:nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16', 'hf:nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16 unknown'],
    ['NVIDIA-Nemotron-3-Nano-4B-BF16', 'hf:nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16 bf16'],
    ['Nemotron-3-Nano-4B-Q4_K_M', 'hf:nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16 Q4_K_M'],
    ['qwen3vl-0_5b', 'hf:Qwen/Qwen3-VL-0.5B unknown'],
    ['llama-3-1-8b-instruct', `${LLAMA} unknown`],
    ['llama-2-7b.Q4_K_M', 'hf:meta-llama/Llama-2-7b-hf Q4_K_M'],
    ['mlx-community/gemma-3-27b-it-4bit', 'hf:google/gemma-3-27b-it mlx-4bit'],
    ['gemma-31b-it', 'unlisted gemma-31b-it unknown'],
    ['gemma-3-27b-Q4_K_M', 'unlisted gemma-3-27b Q4_K_M'],
    ['qwen3-30b-a3b-instruct-2507', 'hf:Qwen/Qwen3-30B-A3B-Instruct-2507 unknown'],
    ['Qwen3-8B-abliterated.mxfp4', 'unlisted qwen3-8b-abliterated mxfp4'],
    ['hf:ada/Qwen3-8B-abliterated-GGUF/Qwen3-8B-Q4_K_M.gguf', 'unlisted ada--qwen3-8b-abliterated Q4_K_M'],
    ['nvidia-NVFP4', 'unlisted nvidia-nvfp4 nvfp4'],
    ['Twin-7B', 'model ambiguous'],
    ['qwen3-Q4_K_M.gguf', 'model ambiguous'],
    ['llama-2', 'unlisted llama-2 unknown'],
    ['hf:other/Twin-7B', 'hf:other/Twin-7B unknown'],
    ['model.gguf', 'model generic'],
    ['ggml-model-q4_0', 'model generic'],
    ['sha256-6a0746a1ec1aef3e7ec53868f220ff6e389f6f8ef87a01d77c96807de94ca2aa', 'model generic'],
    ['custom', 'model generic'],
    ['gpt-3.5-turbo', 'model generic'],
    ['private', 'model private'],
  ])('%s', (model_ref, found) => {
    expect(resolve({ model_ref })).toBe(found)
  })

  test.each([
    ['llama3.1:8b', `${LLAMA} Q4_K_M`],
    ['llama3.1', `${LLAMA} Q4_K_M`],
    ['llama3.1:8b-instruct-q8_0', `${LLAMA} Q8_0`],
    ['llama3.1:8b-base-q8_0', 'unlisted llama3.1-8b-base Q8_0'],
    ['gemma3:27b', 'hf:google/gemma-3-27b-it unknown'],
    ['qwen3:30b-a3b', 'hf:Qwen/Qwen3-30B-A3B unknown'],
    ['twin:7b', 'unlisted twin-7b unknown'],
    ['twin:7b-q8_0', 'unlisted twin-7b Q8_0'],
    ['llama3.1:405b', 'unlisted llama3.1-405b unknown'],
    ['qwen9:2b', 'unlisted qwen9-2b unknown'],
    ['hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M', 'hf:Qwen/Qwen3-8B Q4_K_M'],
  ])('%s of Ollama', (model_ref, found) => {
    expect(resolve({ model_ref, engine: 'ollama' })).toBe(found)
  })

  test('with a very long name has a slug of at most 80 letters that is its own', () => {
    const slugs = ['a', 'b'].map((end) => resolve({ model_ref: `tune-7b-${'x'.repeat(90)}-${end}` }).split(' ')[1]!)
    expect(slugs.map((slug) => slug.length)).toEqual([80, 80])
    expect(slugs[0]).not.toBe(slugs[1])
  })
})

describe('a precision', () => {
  test.each([
    ['the sample says it', { quantization: 'Q8_0', model_ref: 'Qwen3-8B-Q4_K_M' }, 'Q8_0'],
    ['the sample says it in words', { quantization: 'Q4_K - Medium' }, 'Q4_K_M'],
    ['the sample has a label of the conventions', { quantization: 'UD-IQ2_M' }, 'UD-IQ2_M'],
    ['the sample names a loader only', { quantization: 'compressed-tensors', model_ref: 'Qwen3-8B-AWQ' }, 'awq-int4'],
    ['the engine loads the repository as it is', { engine: 'vllm' }, 'bf16'],
    ['the engine may load any file', { engine: 'llama.cpp' }, 'unknown'],
    ['4 bits are MLX', { model_ref: 'Qwen3-8B-4bit' }, 'mlx-4bit'],
    ['4 bits are of any method where MLX does not run', { model_ref: 'Qwen3-8B-4bit', engine: 'vllm' }, '4bit'],
    ['a copy may hold anything', { engine: 'vllm', model_ref: 'ada/Qwen3-8B' }, 'unknown'],
    ['16 bits leave the 4-bit experts as they are', { model_ref: 'gpt-oss-20b-F16' }, 'mxfp4'],
    ['the same, said by the sample', { model_ref: 'gpt-oss-20b', quantization: 'F16' }, 'mxfp4'],
    ['16 bits of a repository are 16 bits', { model_ref: 'unsloth/gpt-oss-20b-BF16', engine: 'vllm' }, 'bf16'],
  ])('%s', (_, raw, quantization) => {
    expect(resolve(raw).split(' ').at(-1)).toBe(quantization)
  })

  test('that nobody knows is not understood', () => {
    expect(resolve({ quantization: 'squeezed' })).toBe('quantization unknown')
  })
})

describe('a GPU', () => {
  test.each([
    ['NVIDIA GeForce RTX 4090', 'rtx-4090'],
    ['GeForce RTX 4090', 'rtx-4090'],
    ['RTX4090', 'rtx-4090'],
    ['GeForce RTX 3060 Max-Q / Mobile', 'rtx-3060-laptop'],
    ['A100-SXM-80GB', 'a100-sxm-80gb'],
    ['NVIDIA GeForce RTX 4090 (NVIDIA)', 'rtx-4090'],
    ['D3D12 (NVIDIA GeForce RTX 4090)', 'rtx-4090'],
    ['NVIDIA GeForce RTX 4090/PCIe/SSE2', 'rtx-4090'],
    ['Apple M3 Max (40 GPU cores)', 'm3-max-40'],
    ['Apple M3 Max (30-core GPU)', 'm3-max-30'],
    ['Apple M3 Max (34 GPU cores)', 'ambiguous'],
    ['NVIDIA GeForce RTX 3060 Laptop GPU', 'rtx-3060-laptop'],
    ['NVIDIA GeForce RTX 4090 D', 'unknown'],
    ['AMD Radeon RX 7900 XTX (RADV NAVI31)', 'rx-7900-xtx'],
    ['Radeon RX 7900XTX', 'rx-7900-xtx'],
    ['AMD Radeon RX 7900 XT', 'unknown'],
    ['AMD Instinct MI300X (gfx942:sramecc+:xnack-)', 'mi300x'],
    ['AMD Instinct MI300X OAM', 'mi300x'],
    ['NVIDIA Quadro RTX 6000', 'quadro-rtx-6000'],
    ['Quadro RTX 6000/PCIe/SSE2', 'quadro-rtx-6000'],
    ['NVIDIA RTX 6000 Ada Generation', 'rtx-6000-ada'],
    ['NVIDIA RTX 6000', 'ambiguous'],
    ['AMD Radeon(TM) 8060S Graphics', '8060s'],
    ['AMD Radeon 8060S Graphics (RADV STRIX_HALO)', '8060s'],
    ['Intel(R) Arc(tm) A770 Graphics (DG2)', 'ambiguous'],
    ['NVIDIA A100-SXM4-80GB', 'a100-sxm-80gb'],
    ['NVIDIA A100 80GB PCIe', 'a100-pcie-80gb'],
    ['NVIDIA A100-SXM4-40GB MIG 1g.5gb', 'part'],
    ['GRID A100-40C', 'part'],
    ['Virtio-GPU Venus (AMD Radeon RX 7900 XTX (RADV NAVI31))', 'part'],
    ['AMD Radeon Graphics', 'unknown'],
  ])('%s', (name, found) => {
    expect(resolveGpu(name)).toBe(found)
  })

  test.each([
    ['NVIDIA GeForce RTX 3060', undefined, 1, 'ambiguous'],
    ['NVIDIA GeForce RTX 3060', 12288, 1, 'rtx-3060-12gb'],
    ['NVIDIA GeForce RTX 3060', 8192, undefined, 'rtx-3060-8gb'],
    ['NVIDIA GeForce RTX 3060', 24576, 2, 'rtx-3060-12gb'],
    ['NVIDIA GeForce RTX 3060', 24576, 1, 'ambiguous'],
    ['NVIDIA GeForce RTX 3060 8GB', undefined, 1, 'rtx-3060-8gb'],
    ['NVIDIA RTX 6000', 49140, 1, 'rtx-6000-ada'],
    ['NVIDIA GeForce RTX 4090', 24564, 1, 'rtx-4090'],
    ['NVIDIA GeForce RTX 4090', 49128, 2, 'rtx-4090'],
    ['NVIDIA GeForce RTX 4090', 49140, 1, 'unknown'],
    ['A100', 40536, 1, 'a100-sxm-40gb'],
    ['A100', 81920, 1, 'ambiguous'],
    ['Apple M3 Max', undefined, 1, 'ambiguous'],
    ['Apple M3 Max', 36864, 1, 'm3-max-30'],
    ['Apple M3 Max', 131072, 1, 'm3-max-40'],
    ['Intel(R) Arc(TM) A770 Graphics', 15930, 1, 'a770-16gb'],
  ])('%s with %s MB on %s', (name, memory, count, found) => {
    expect(resolveGpu(name, memory, count)).toBe(found)
  })

  test('that is ambiguous comes with what it may be', () => {
    const resolution = index.resolve({ model_ref: 'hf:Qwen/Qwen3-8B', engine: 'vllm', gpu_name: 'Apple M3 Max' })
    expect(resolution).toMatchObject({
      unknown: [{ candidates: ['Apple M3 Max (30-core GPU)', 'Apple M3 Max (40-core GPU)'] }],
    })
  })
})

test.each([
  [{ gpu_name: 'NVIDIA GeForce RTX 3060' }, 'vram_total_mb for GPUs'],
  [{ gpu_name: 'NVIDIA GeForce RTX 3060' }, 'NVIDIA GeForce RTX 3060 8GB'],
  [{ gpu_name: 'NVIDIA A100-SXM4-40GB MIG 1g.5gb' }, 'leave these samples out'],
  [{ model_ref: 'model.gguf' }, 'name the model'],
  [{ model_ref: 'private' }, 'release the name'],
  [{ gpu_name: 'NVIDIA GeForce RTX 4091' }, 'nearest: "nvidia geforce rtx 4090"'],
])('the remedy for %j tells of %s', (raw, words) => {
  const resolution = index.resolve({ model_ref: 'Qwen3-8B', gpu_name: 'rtx-4090', engine: 'vllm', ...raw })
  const [unknown] = 'unknown' in resolution ? resolution.unknown : []
  expect(describeUnknown(unknown!, index).fix).toContain(words)
})
