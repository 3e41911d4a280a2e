import type { Entry, Figure, Matrix } from '../../site/lib/matrix/entries.ts'

/** A name that would run a script if it were ever taken for markup. */
export const HOSTILE = '<img src=x onerror="alert(1)">\'</script>&amp;'

export const figure = (p50: number, n = 5): Figure => ({ n, p25: p50 - 4, p50, p75: p50 + 5, interval: null })

export function entry(over: Partial<Entry>): Entry {
  return {
    id: 'a--b',
    kind: 'curated',
    source: 'lab',
    model: 0,
    gpu: 0,
    engine: 0,
    backend: 'unknown',
    quantization: 'fp16',
    gpuCount: 1,
    type: 'single_stream',
    load: '1',
    evidence: 'curated',
    contributors: 1,
    buckets: ['le128'],
    firstMonth: '2025-01',
    lastMonth: '2025-02',
    figures: { decode_tps: figure(50) },
    ...over,
  }
}

/** Two models and two GPUs; three figures share the first cell, one of them from the community. */
export const MATRIX: Matrix = {
  models: [
    { slug: 'org--alpha-8b', name: 'Alpha 8B', paramsB: 8, featured: null },
    { slug: 'org--hostile', name: HOSTILE, paramsB: null, featured: null },
  ],
  gpus: [
    {
      id: 'gpu-one',
      name: 'NVIDIA GPU One',
      vendor: 'nvidia',
      group: 'consumer',
      featured: null,
      memoryGb: 24,
      memoryShared: false,
      rents: {
        1: { usdPerHour: 0.5, provider: 'host', asOf: '2026-10-01', listedGpus: 1 },
        2: { usdPerHour: 1, provider: 'host', asOf: '2026-10-01', listedGpus: 1 },
      },
    },
    {
      ...{ id: 'gpu-two', name: 'GPU Two', vendor: 'amd', group: 'datacenter', featured: null },
      ...{ memoryGb: null, memoryShared: false, rents: {} },
    },
  ],
  engines: [
    { id: 'vllm', name: 'vLLM' },
    { id: 'llama.cpp', name: 'llama.cpp' },
  ],
  sources: [
    { id: 'lab', name: 'The Lab' },
    { id: 'community', name: 'Community' },
  ],
  entries: [
    entry({ id: 'slow', figures: { decode_tps: figure(40), ttft_ms: figure(100) }, buckets: ['le128', 'le2k'] }),
    entry({ id: 'fast', engine: 1, quantization: 'Q4_K_M', figures: { decode_tps: figure(90), ttft_ms: figure(300) } }),
    entry({
      id: 'ours',
      kind: 'community',
      source: 'community',
      evidence: 'ranked',
      contributors: 9,
      gpuCount: 2,
      figures: { decode_tps: { ...figure(60, 120), interval: [55, 66] } },
    }),
    entry({ id: 'batched', type: 'batched_online', load: '9-16', figures: { decode_tps: figure(500) } }),
    entry({ id: 'other', model: 1, gpu: 1, figures: { decode_tps: figure(10) } }),
  ],
}
