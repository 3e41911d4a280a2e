import { expect, test } from 'vitest'
import { engineReadmes } from '../../curate/engine-readme-tables.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'

const converted = convertFiles(engineReadmes, {
  'mlc-llm-perf-bench-README.md': `
### Multiple NVIDIA GPUs, FP16

| Model         | GPU      | MLC LLM (tok/sec) | Exllama V2 (tok/sec) | Llama.cpp (tok/sec) | vLLM (tok/sec) |
|---------------|----------|-------------------|----------------------|---------------------|----------------|
| Llama2-70B    | A100 x 2 | **16.0**          | N/A                  | 10.46               | 15.27          |
|               | A10G x 8 | **21.8**          | N/A                  | 6.91                | 13.9           |

### Multiple AMD GPUs, 4-bit

| Model         | GPU          | MLC-LLM |
|---------------|--------------|---------|
| CodeLlama-34B | 7900 XTX x 2 | 56.5    |
`,
  'exllamav2-README.md': `
| Model      | Mode         | Size  | grpsz | act | 3090Ti  | 4090        |
|------------|--------------|-------|-------|-----|---------|-------------|
| Llama      | GPTQ         | 7B    | 128   | no  | 128 t/s | **205** t/s |
| Llama2     | EXL2 2.5 bpw | 70B   | -     | -   | 33 t/s  | **32** t/s  |
`,
  'premai-README.md': `
### Mistral 7B v0.1 Instruct

| Engine | float32 | float16 | int8 | int4 |
| ------ | ------- | ------- | ---- | ---- |
| [AutoAWQ](/bench_autoawq/) | - | - | - | 64.00 ± 2.19 |
| [AutoGPTQ](/bench_autogptq/) | 39.11 ± 0.42 | 42.94 ± 0.80 | | |
| [Nvidia TensorRT-LLM](/bench_tensorrtllm/) | 117.04 ± 2.16 | 206.59 ± 6.93 | 390.49 ± 4.86 | 427.40 ± 4.84 |

**Performance Metrics:** GPU Memory Consumption (unit: MB)

| Engine | float32 | float16 | int8 | int4 |
| ------ | ------- | ------- | ---- | ---- |
| [AutoAWQ](/bench_autoawq/) | - | - | - | 6572.47 |
`,
  'nexveridian-README.md': `
| Size (B) | Speed (T/s) | Model    | Type | Quant  | Spec Dec (B) | Spec Quant |
|----------|-------------|----------|------|--------|--------------|------------|
| 7        | 64          | qwen 2.5 | GUFF | Q4_K_M | -            | -          |
| 30 - A3  | 76          | qwen 3   | MLX  | 4      | 1.7          | 4          |
`,
})
const at = (name: string, row: number) => rowAt(converted, `${name}/README.md#${row}`)

test('MLC: 256 tokens at the rate of each engine, on the day of its commit; a line without a model continues', () => {
  expect(at('mlc-llm-perf-bench', 1)).toMatchObject({
    ts: '2023-10-04T00:00:00Z',
    engine: 'mlc-llm',
    model_ref: 'hf:meta-llama/Llama-2-70b-hf',
    quantization: 'fp16',
    gpu_name: 'NVIDIA A100 PCIe 80GB',
    gpu_count: 2,
    tokens_out: 256,
    decode_time_ms: 16_000,
  })
  expect(at('mlc-llm-perf-bench', 4)).toMatchObject({ model_ref: 'hf:meta-llama/Llama-2-70b-hf', gpu_count: 8 })
  expect(at('mlc-llm-perf-bench', 7)).toMatchObject({ gpu_name: 'AMD Radeon RX 7900 XTX', quantization: 'int4' })
  expect(flawRows(converted, 'splits layers')).toBe(2)
})

test('ExLlamaV2: the bits per weight are in the format', () => {
  expect(at('exllamav2', 1)).toMatchObject({ quantization: 'gptq-int4', decode_time_ms: 1000 })
  expect(at('exllamav2', 4)).toMatchObject({ quantization: 'exl2-2.5bpw', gpu_name: 'NVIDIA GeForce RTX 4090' })
})

test('premAI: impossible rates stay for the check of the build, int4 beside them and unstated formats do not', () => {
  expect(at('premai', 1)).toMatchObject({ engine: 'autoawq', quantization: 'awq-int4', decode_time_ms: 8000 })
  expect(at('premai', 6)).toMatchObject({ engine: 'tensorrt-llm', quantization: 'int8' })
  expect(flawRows(converted, 'faster than the memory')).toBe(4)
  expect(droppedRows(converted)).toEqual({
    'weight format not stated': 2,
    'beside figures of the same engine that the memory does not allow': 1,
  })
  expect(() => at('premai', 8)).toThrow('no row')
})

test('NexVeridian: a draft model is speculative decoding', () => {
  expect(at('nexveridian', 1)).toMatchObject({ model_ref: 'hf:Qwen/Qwen2.5-7B-Instruct', decode_time_ms: 2000 })
  expect(at('nexveridian', 1)).not.toHaveProperty('speculative')
  expect(at('nexveridian', 2)).toMatchObject({
    model_ref: 'hf:Qwen/Qwen3-30B-A3B',
    quantization: 'mlx-4bit',
    speculative_method: 'draft_model',
  })
})
