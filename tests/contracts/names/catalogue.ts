import type { NamedGpu, NamedModel, Names } from '../../../contracts/name_index.ts'

/** A small catalogue of models and GPUs whose names are easily confused. */
export const CATALOGUE: Names = {
  models: [
    model('hf:Qwen/Qwen3-8B', { stored_quantization: 'bf16', params_b: 8 }),
    model('hf:Qwen/Qwen3-30B-A3B', { params_b: 30 }),
    model('hf:Qwen/Qwen3-30B-A3B-Instruct-2507'),
    model('hf:meta-llama/Llama-3.1-8B-Instruct', {
      tags: [
        { tag: 'llama3.1:8b', quantization: 'Q4_K_M' },
        { tag: 'llama3.1:latest', quantization: 'Q4_K_M' },
      ],
    }),
    model('hf:meta-llama/Llama-3.1-8B'),
    model('hf:google/gemma-3-1b-it'),
    model('hf:google/gemma-3-27b-it'),
    model('hf:shisa-ai/shisa-v2-llama3.3-70b'),
    model('hf:openai/gpt-oss-20b', { default_quantization: 'mxfp4' }),
    model('hf:nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16'),
    model('hf:mistralai/Mistral-7B-Instruct-v0.3', { aliases: ['mistral-7b-tuned.gguf'] }),
    model('hf:meta-llama/Llama-2-7b-hf'),
    model('hf:Qwen/Qwen3-VL-0.5B'),
    model('hf:one/Twin-7B', { tags: [{ tag: 'twin:7b', quantization: 'Q4_K_M' }] }),
    model('hf:other/Twin-7B', { tags: [{ tag: 'twin:7b', quantization: 'Q4_K_M' }] }),
  ],
  gpus: [
    gpu('rtx-3060-12gb', 'NVIDIA GeForce RTX 3060 12GB', 12),
    gpu('rtx-3060-8gb', 'NVIDIA GeForce RTX 3060 8GB', 8),
    gpu('rtx-3060-laptop', 'NVIDIA GeForce RTX 3060 Laptop GPU', 6),
    gpu('rtx-4090', 'NVIDIA GeForce RTX 4090', 24),
    gpu('a100-sxm-40gb', 'NVIDIA A100 SXM4 40GB', 40, { shared_names: ['A100'] }),
    gpu('a100-sxm-80gb', 'NVIDIA A100 SXM4 80GB', 80, { shared_names: ['A100'] }),
    gpu('a100-pcie-80gb', 'NVIDIA A100 PCIe 80GB', 80, { shared_names: ['A100'] }),
    gpu('quadro-rtx-6000', 'NVIDIA Quadro RTX 6000', 24, { shared_names: ['NVIDIA RTX 6000'] }),
    gpu('rtx-6000-ada', 'NVIDIA RTX 6000 Ada Generation', 48, { shared_names: ['NVIDIA RTX 6000'] }),
    gpu('mi300x', 'AMD Instinct MI300X', 192),
    gpu('rx-7900-xtx', 'AMD Radeon RX 7900 XTX', 24),
    gpu('8060s', 'AMD Radeon 8060S', 128),
    gpu('m3-max-30', 'Apple M3 Max (30-core GPU)', 96, { memory_options_gb: [36, 96], shared_names: ['Apple M3 Max'] }),
    gpu('m3-max-40', 'Apple M3 Max (40-core GPU)', 128, {
      memory_options_gb: [48, 64, 128],
      shared_names: ['Apple M3 Max'],
    }),
    gpu('a770-16gb', 'Intel Arc A770 16GB', 16),
    gpu('a770-8gb', 'Intel Arc A770 8GB', 8),
  ],
  engines: ['vllm', 'llama.cpp', 'ollama', 'mlx'].map((id) => ({ id, name: id, aliases: [] })),
  quantizations: [
    { id: 'Q4_K_M', aliases: ['Q4_K - Medium'], bits_per_weight: 4.89 },
    { id: 'Q8_0', aliases: [], bits_per_weight: 8.5 },
    { id: 'bf16', aliases: [], bits_per_weight: 16 },
    { id: 'fp16', aliases: ['F16'], bits_per_weight: 16 },
    { id: 'fp8', aliases: [], bits_per_weight: 8 },
    { id: 'mxfp4', aliases: [], bits_per_weight: 4.25 },
    { id: 'awq-int4', aliases: ['AWQ'], bits_per_weight: 4.25 },
    { id: 'mlx-4bit', aliases: [], bits_per_weight: 4.5 },
  ],
}

function model(id: string, more: Partial<NamedModel> = {}): NamedModel {
  const name = id.split('/')[1]!
  const slug = id.toLowerCase().replace('hf:', '').replace('/', '--')
  return { id, slug, name, aliases: [], default_quantization: null, active_params_b: null, ...more }
}

function gpu(id: string, name: string, memory_gb: number, more: Partial<NamedGpu> = {}): NamedGpu {
  return { id, name, aliases: [], bandwidth_ceiling_gbps: null, memory_gb, ...more }
}
