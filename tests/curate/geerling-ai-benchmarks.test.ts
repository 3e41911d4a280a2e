import { expect, test } from 'vitest'
import { geerling } from '../../curate/geerling-ai-benchmarks.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'

const converted = convertFiles(geerling, {
  'README-upstream.md': `## Findings

### gpt-oss 20b

| System | CPU/GPU | Eval Rate | Power (Peak) |
| :--- | :--- | :--- | :--- |
| [Intel 265K Custom PC (Nvidia RTX 4090)](https://x/43) | GPU | 256 Tokens/s | 509.1W |
| [Pi CM5 - 16GB (Nvidia RTX 4090<sup>1</sup>)](https://x/43) | GPU | 189.09 Tokens/s | 322.1W |
| [Pi 5 - 16GB](https://x/7) | CPU | 1.20 Tokens/s | 13.0W |

### Llama 3.2:3b

| System | CPU/GPU | Eval Rate | Power (Peak) |
| :--- | :--- | :--- | :--- |
| [System76 Thelio Astra (AMD Pro W7700<sup>1</sup>)](https://x/5) | GPU | 64.00 Tokens/s | 261W |
| [Ryzen 9 7950X (Nvidia 4070 Ti Super)](https://x/11) | GPU | 128 Tokens/s | N/A |
| [Minisforum MS-R1](https://x/32) (Nvidia RTX A2000) | GPU | 71.36 Tokens/s | 94.3W |
| [Radxa Orion O6 - 16GB (Nvidia RTX 3080 Ti)](https://x/13) | GPU | 64.58 Tokens/s | 465W |
| [Framework Mainboard Cluster (512GB)](https://x/21) | GPU | 0.71 Tokens/s | N/A |
| [Ryzen 9 7900X (Nvidia 4090)](https://x/11) | GPU/CPU | 3.10 Tokens/s | N/A |
`,
})
const at = (row: number) => rowAt(converted, `README.md#${row}`)

test('a rate stands for 128 tokens, without the power at the wall', () => {
  expect(at(1)).toMatchObject({
    gpu_name: 'NVIDIA GeForce RTX 4090',
    model_ref: 'hf:openai/gpt-oss-20b',
    quantization: 'mxfp4',
    engine: 'ollama',
    ts: null,
    tokens_out: 128,
    decode_time_ms: 500,
    first_token_ms: null,
  })
  expect(at(1)).not.toHaveProperty('power_w')
})

test('the footnote means llama.cpp with Vulkan', () => {
  expect(at(4)).toMatchObject({ engine: 'llama.cpp', engine_backend: 'vulkan', quantization: 'Q4_K_M' })
  expect(at(4).gpu_name).toBe('AMD Radeon PRO W7700')
})

test('the longest name of a GPU counts', () => {
  expect([at(5).gpu_name, at(6).gpu_name]).toEqual(['NVIDIA GeForce RTX 4070 Ti SUPER', 'NVIDIA RTX A2000 12GB'])
})

test('processors, split models, narrow buses and clusters are dropped', () => {
  expect(droppedRows(converted)).toEqual({
    'GPU on a board with a narrow bus': 2,
    'not on the GPU alone': 2,
    'several machines': 1,
  })
  expect(flawRows(converted, 'at the wall')).toBe(4)
})
