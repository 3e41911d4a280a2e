import { expect, test } from 'vitest'
import { judgeOverall, signTest } from '../../../site/lib/answers/overall.ts'
import { comparePath } from '../../../site/lib/answers/pairs.ts'
import { type Cell, contrastGroups, findShared } from '../../../site/lib/answers/strata.ts'
import { figure } from './fixture.ts'

const cell = (over: Partial<Cell>): Cell => ({
  id: 'row',
  kind: 'curated',
  source: 'lab',
  model: 'm',
  quantization: 'fp16',
  gpu: 'a',
  gpuCount: 1,
  engine: 'vllm',
  backend: 'unknown',
  version: '1',
  type: 'single_stream',
  load: '1',
  bucket: 'le128',
  month: '2025-01',
  figures: { decode_tps: figure(100) },
  ...over,
})

test.each([
  ['kind', { kind: 'community' }],
  ['source', { source: 'other' }],
  ['model', { model: 'n' }],
  ['quantisation', { quantization: 'Q4' }],
  ['GPU count', { gpuCount: 2 }],
  ['load', { load: '2-4' }],
  ['backend', { backend: 'vulkan' }],
  ['engine', { engine: 'tgi' }],
  ['engine version', { version: '2' }],
  ['measurement type', { type: 'batched_online' }],
  ['prompt size', { bucket: 'le512' }],
] as [string, Partial<Cell>][])('GPUs that differ in %s share no stratum', (_, over) => {
  expect(findShared([cell({}), cell({ gpu: 'b', ...over })], 'gpu').size).toBe(0)
})

test('GPUs measured alike share a stratum, in alphabetical order, by the newest month', () => {
  const newest = cell({ gpu: 'b', month: '2025-03' })
  const shared = findShared([newest, cell({ gpu: 'b' }), cell({})], 'gpu')
  expect([...shared.keys()]).toEqual(['a b'])
  expect(shared.get('a b')).toEqual([{ a: cell({}), b: newest }])
})

test('engines share a stratum on the same GPU, whatever their versions', () => {
  const shared = findShared(
    [cell({}), cell({ engine: 'tgi', version: '9' }), cell({ engine: 'tgi', gpu: 'b' })],
    'engine',
  )
  expect([...shared].map(([pair, strata]) => [pair, strata.length])).toEqual([['tgi vllm', 1]])
})

test('contrasts are grouped by type, kind and metric; a latency ratio above 1 is the better one', () => {
  const both = { decode_tps: figure(100), ttft_ms: figure(50) }
  const other = { decode_tps: figure(50), ttft_ms: figure(100) }
  const groups = contrastGroups([
    { a: cell({ figures: both }), b: cell({ gpu: 'b', figures: other }) },
    { a: cell({ type: 'batched_online' }), b: cell({ gpu: 'b', type: 'batched_online' }) },
  ])
  expect(
    groups.map(({ type, metric, contrasts }) => [type, metric, contrasts.map((c) => [c.ratio, c.outcome])]),
  ).toEqual([
    ['single_stream', 'decode_tps', [[2, 'better']]],
    ['single_stream', 'ttft_ms', [[2, 'better']]],
    ['batched_online', 'decode_tps', [[1, 'tie']]],
  ])
})

const won = (better: number, worse: number, tie = 0) => [
  ...Array.from({ length: better }, () => ({ outcome: 'better' as const, ratio: 2 })),
  ...Array.from({ length: worse }, () => ({ outcome: 'worse' as const, ratio: 0.5 })),
  ...Array.from({ length: tie }, () => ({ outcome: 'tie' as const, ratio: 1 })),
]

test.each([
  [won(1, 0), 'better'],
  [won(3, 0, 1), 'tie'],
  [won(5, 0), 'better'],
  [won(6, 0, 9), 'better'],
  [won(6, 1), 'tie'],
  [won(1, 8), 'worse'],
  [won(0, 0, 4), 'tie'],
  [[{ outcome: 'open' as const, ratio: 3 }], 'open'],
])('the overall verdict %#', (contrasts, outcome) => {
  expect(judgeOverall(contrasts).outcome).toBe(outcome)
})

test('the sign test is exact and the ratio is the median', () => {
  expect(signTest(6, 0)).toBeCloseTo(2 / 64, 12)
  expect(signTest(8, 1)).toBeCloseTo((2 * (1 + 9)) / 512, 12)
  expect(signTest(3, 3)).toBe(1)
  expect(judgeOverall(won(1, 1)).ratio).toEqual({ mid: 1, low: 0.5, high: 2 })
})

test('a pair has one address', () => {
  expect(comparePath('b', 'a')).toBe('compare/a-vs-b/')
})
