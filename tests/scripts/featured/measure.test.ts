import { expect, test } from 'vitest'
import type { BenchmarkRun, FeaturedCatalog } from '../../../contracts/index.ts'
import type { RawNames } from '../../../contracts/name_index.ts'
import { formatCoverage, measureCoverage } from '../../../scripts/featured/measure.ts'

const featured: FeaturedCatalog = {
  schema_version: 1,
  gpus: [
    { name: 'A', ids: ['a-16gb', 'a-8gb'] },
    { name: 'Long B', ids: ['b'] },
  ],
  models: [
    { name: 'One', ids: ['hf:x/one'] },
    { name: 'Two', ids: ['hf:x/two'] },
  ],
}
/** Names mean themselves, `?` is not understood. */
const names = {
  resolve: ({ gpu_name, model_ref, engine, quantization }: RawNames) =>
    gpu_name === '?'
      ? { unknown: [] }
      : ({ known: { gpu: { id: gpu_name }, model: { id: model_ref }, engine, quantization } } as never),
}
const row = (gpu_name: string, model_ref: string, concurrency: number | null, changes: Partial<BenchmarkRun> = {}) =>
  ({
    gpu_name,
    model_ref,
    concurrency,
    engine: 'vllm',
    quantization: 'fp8',
    gpu_count: 1,
    exit: 'ok',
    ...changes,
  }) as BenchmarkRun

test('figures are counted by featured GPU and model, at classes of load', () => {
  const coverage = measureCoverage(
    [
      row('a-16gb', 'hf:x/one', 1),
      row('a-8gb', 'hf:x/one', 1),
      row('a-8gb', 'hf:x/one', 3),
      row('a-8gb', 'hf:x/one', 64, { engine: 'sglang' }),
      row('a-8gb', 'hf:x/one', 33),
      row('a-8gb', 'hf:x/one', 300),
      row('a-8gb', 'hf:x/one', null),
      row('a-8gb', 'hf:x/two', 1, { exit: 'error' }),
      row('c', 'hf:x/two', 1),
      row('?', 'hf:x/two', 1),
    ],
    names,
    featured,
  )
  expect(formatCoverage(coverage)).toBe(`  1 One
  2 Two

         1   2
A        6   ·
Long B   ·   ·

1 of 2 GPUs and 1 of 2 models have figures
1 of 4 pairs have figures, 1 of them at 4 loads or more
1 models have figures of 2 engines or more on one GPU at one load
`)
})
