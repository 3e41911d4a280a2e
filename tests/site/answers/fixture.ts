import type { AnswerGpu, Figure, ModelAnswers, Run } from '../../../site/lib/answers/types.ts'
import type { Listing } from '../../../site/lib/cost.ts'

/** A name that would run a script if it were ever taken for markup. */
export const HOSTILE = '<img src=x onerror="alert(1)">\'</script>&amp;'

export const figure = (p50: number, over: Partial<Figure> = {}): Figure => ({
  n: 5,
  p25: p50 * 0.95,
  p50,
  p75: p50 * 1.05,
  interval: null,
  ...over,
})

export const listing = (gpuCount: number, usdPerHour: number, over: Partial<Listing> = {}): Listing => ({
  provider: 'host',
  region: '',
  gpuCount,
  usdPerHour,
  asOf: '2026-10-10',
  source: 'list',
  ...over,
})

export function run(over: Partial<Run>): Run {
  return {
    id: `${over.gpu ?? 'one'}-${over.engine ?? 'vllm'}-${over.quantization ?? 'fp16'}-x${over.gpuCount ?? 1}`,
    kind: 'curated',
    source: 'lab',
    gpu: 'one',
    gpuCount: 1,
    engine: 'vllm',
    backend: 'unknown',
    quantization: 'fp16',
    type: 'single_stream',
    load: '1',
    contributors: 1,
    buckets: ['le128'],
    lastMonth: '2025-02',
    figures: { decode_tps: figure(50) },
    powerW: null,
    ...over,
  }
}

const gpus: AnswerGpu[] = [
  { id: 'one', name: 'GPU One', memoryGb: 24, tdpW: 300, listings: [listing(1, 2), listing(8, 8)] },
  { id: 'two', name: HOSTILE, memoryGb: 80, tdpW: null, listings: [listing(8, 24)] },
  { id: 'three', name: 'GPU Three', memoryGb: null, tdpW: 100, listings: [] },
]

export function answersOf(runs: Run[]): ModelAnswers {
  const engines = [
    { id: 'vllm', name: 'vLLM' },
    { id: 'llama.cpp', name: 'llama.cpp' },
  ]
  return { slug: 'org--alpha', name: 'Alpha 8B', gpus, engines, runs }
}
