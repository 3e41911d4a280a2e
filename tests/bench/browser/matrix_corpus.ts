import type { CompactMatrix } from '../../../site/lib/matrix/codec.ts'
import { encodeMatrix } from '../../../site/lib/matrix/codec.ts'
import type { Entry } from '../../../site/lib/matrix/entries.ts'
import { figure } from '../../site/matrix_fixture.ts'

/**
 * A matrix of 500 models on 40 GPUs with a figure in every cell: 20,000 figures. Invented, and only ever used to time the page.
 * Names are long and of several scripts, as in the data.
 */
export function generateMatrix(models = 500, gpus = 40): CompactMatrix {
  const engines = ['vllm', 'llama.cpp', 'sglang', 'tensorrt-llm', 'ollama', 'mlx']
  const formats = ['Q4_K_M', 'fp16', 'fp8', 'mxfp4', 'awq-int4']
  const entries: Entry[] = Array.from({ length: models * gpus }, (_, i) => {
    const [model, gpu] = [Math.floor(i / gpus), i % gpus]
    const speed = 5 + ((i * 7919) % 900) / 3
    return {
      id: `m${model}--g${gpu}`,
      kind: i % 3 === 0 ? 'community' : 'curated',
      source: i % 3 === 0 ? 'community' : `lab-${i % 5}`,
      model,
      gpu,
      engine: i % engines.length,
      backend: 'unknown',
      quantization: formats[i % formats.length]!,
      gpuCount: 2 ** (i % 4),
      type: 'single_stream',
      load: '1',
      evidence: i % 3 === 0 ? 'ranked' : 'curated',
      contributors: 1 + (i % 20),
      buckets: i % 2 ? ['le512'] : ['le512', 'le2k'],
      firstMonth: '2026-01',
      lastMonth: '2026-10',
      figures: {
        decode_tps: figure(speed, i % 12),
        e2e_tps: figure(speed * 0.9, i % 12),
        ttft_ms: figure(50 + (i % 700)),
      },
    }
  })
  return encodeMatrix({
    models: Array.from({ length: models }, (_, i) => ({
      slug: `org--m${i}`,
      name: `Model ${i} Instruct 模型`,
      paramsB: i / 4,
      featured: null,
    })),
    gpus: Array.from({ length: gpus }, (_, i) => ({
      id: `g${i}`,
      name: `NVIDIA Card ${i}`,
      vendor: 'nvidia',
      group: 'consumer',
      featured: null,
      memoryGb: 8 * (1 + (i % 10)),
      memoryShared: false,
      rents: i % 2 ? { 1: { usdPerHour: 0.2 + i / 10, provider: 'host', asOf: '2026-10-01', listedGpus: 1 } } : {},
    })),
    engines: engines.map((id) => ({ id, name: id })),
    sources: ['community', 'lab-0', 'lab-1', 'lab-2', 'lab-3', 'lab-4'].map((id) => ({ id, name: id })),
    entries,
  })
}
