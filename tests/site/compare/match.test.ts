import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { judgeOverall, signTest } from '../../../site/lib/answers/overall.ts'
import { comparePath } from '../../../site/lib/answers/pairs.ts'
import { compareCsv, compareSql } from '../../../site/lib/compare/export.ts'
import { breakDown, compareWithFirst, findMatches, findPairs, groupMatches } from '../../../site/lib/compare/match.ts'
import { compareSubjects, renderComparison } from '../../../site/lib/compare/render.ts'
import { formatCompare, parseCompare } from '../../../site/lib/compare/state.ts'
import type { Cell, CompareIndex, Subject } from '../../../site/lib/compare/types.ts'
import { figure, HOSTILE } from '../answers/fixture.ts'

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

const pair = (over: Partial<Cell>) => findMatches([[cell({})], [cell({ gpu: 'b', ...over })]], 'gpus')

test.each([
  ['kind', { kind: 'community' }],
  ['source', { source: 'other' }],
  ['model', { model: 'n' }],
  ['precision', { quantization: 'Q4' }],
  ['GPU count', { gpuCount: 2 }],
  ['load', { load: '2-4' }],
  ['backend', { backend: 'vulkan' }],
  ['engine', { engine: 'tgi' }],
  ['engine version', { version: '2' }],
  ['measurement type', { type: 'batched_online' }],
  ['prompt size', { bucket: 'le512' }],
] as [string, Partial<Cell>][])('GPUs that differ in %s are not compared', (_, over) => {
  expect(pair({})).toHaveLength(1)
  expect(pair(over)).toEqual([])
  expect(findPairs([cell({}), cell({ gpu: 'b', ...over })], 'gpus').size).toBe(0)
})

test('what is pooled over load or engine is not compared', () => {
  expect(findMatches([[cell({ load: 'any' })], [cell({ gpu: 'b', load: 'any' })]], 'gpus')).toEqual([])
})

test('cells measured alike are compared by their newest month; pairs are found in alphabetical order', () => {
  const newest = cell({ gpu: 'b', month: '2025-03' })
  expect(findMatches([[cell({})], [newest, cell({ gpu: 'b' })]], 'gpus')).toEqual([[cell({}), newest]])
  expect([...findPairs([newest, cell({ gpu: 'b' }), cell({})], 'gpus')]).toEqual([['a b', [[cell({}), newest]]]])
})

test('engines are compared on the same GPU, whatever their versions; models on the same engine and version', () => {
  const engines = [[cell({})], [cell({ engine: 'tgi', version: '9' }), cell({ engine: 'tgi', gpu: 'b' })]]
  expect(findMatches(engines, 'engines')).toHaveLength(1)
  expect(findMatches([[cell({})], [cell({ model: 'n' })]], 'models')).toHaveLength(1)
  expect(findMatches([[cell({})], [cell({ model: 'n', version: '2' })]], 'models')).toEqual([])
})

test('of three, each is compared with the first where both were measured', () => {
  const at = (gpu: string, load: Cell['load'], tps: number) =>
    cell({ gpu, load, type: 'batched_online', figures: { decode_tps: figure(tps, { n: 1, p25: tps, p75: tps }) } })
  const subjects = [
    [at('a', '2-4', 100), at('a', '5-8', 50)],
    [at('b', '2-4', 50), at('b', '5-8', 50)],
    [at('c', '5-8', 25), at('c', '9-16', 9)],
  ]
  const [group] = groupMatches(findMatches(subjects, 'gpus'))
  const against = compareWithFirst(group!)
  expect(against.map(({ at, contrasts }) => [at, contrasts.map(({ ratio, outcome }) => [ratio, outcome])])).toEqual([
    [
      1,
      [
        [2, 'better'],
        [1, 'tie'],
      ],
    ],
    [2, [[2, 'better']]],
  ])
  expect(breakDown(against[0]!, 'load').map(({ value, overall }) => [value, overall.ratio.mid])).toEqual([
    ['2-4', 2],
    ['5-8', 1],
  ])
})

test('a ratio is taken at each load: unlike mixes of loads do not change it', () => {
  const at = (gpu: string, load: Cell['load'], tps: number) =>
    cell({ gpu, load, type: 'batched_online', figures: { decode_tps: figure(tps) } })
  const subjects = [
    [at('a', '2-4', 100), at('a', '65-128', 20)],
    [at('b', '65-128', 10), at('b', '129-256', 5)],
  ]
  const [group] = groupMatches(findMatches(subjects, 'gpus'))
  expect(compareWithFirst(group!)[0]!.overall.ratio).toEqual({ mid: 2, low: 2, high: 2 })
})

test('contrasts are grouped by type, kind and metric; a latency ratio above 1 is the better one', () => {
  const both = { decode_tps: figure(100), ttft_ms: figure(50) }
  const other = { decode_tps: figure(50), ttft_ms: figure(100) }
  const groups = groupMatches([
    [cell({ figures: both }), cell({ gpu: 'b', figures: other })],
    [cell({ type: 'batched_online' }), cell({ gpu: 'b', type: 'batched_online' })],
  ])
  const seen = groups.map((group) => [
    group.type,
    group.metric,
    compareWithFirst(group).flatMap(({ contrasts }) => contrasts.map((c) => [c.ratio, c.outcome])),
  ])
  expect(seen).toEqual([
    ['single_stream', 'decode_tps', [[2, 'better']]],
    ['single_stream', 'ttft_ms', [[2, 'better']]],
    ['batched_online', 'decode_tps', [[1, 'tie']]],
  ])
})

const document = parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document
const subject = (id: string, cells: Cell[], name = id): Subject => ({
  side: 'gpus',
  id,
  name,
  facts: [['Memory', '24 GB']],
  cells,
  names: {
    gpus: { a: 'A', b: 'B' },
    engines: { vllm: 'vLLM' },
    models: { m: { slug: 'm', name: 'Alpha 8B', paramsB: 8 }, n: { slug: 'n', name: 'Beta 1B', paramsB: 1 } },
  },
})
const textOf = (nodes: HTMLElement[]) => nodes.map((node) => node.textContent).join('\n')

test('the sentence has the number of comparisons and what they cover; a model outside of it is an extrapolation', () => {
  const cells = (gpu: string, tps: number) =>
    ['m', 'n'].map((model) => cell({ gpu, model, figures: { decode_tps: figure(tps) } }))
  const both = [subject('a', cells('a', 50), 'A'), subject('b', cells('b', 100), 'B')]
  expect(textOf(renderComparison(document, compareSubjects(both)))).toMatch(
    /B is faster than A in both like-for-like comparisons, 2.00× at the median.*Covers 2 models \(1 B to 8 B\), 1 load/,
  )
  const one = compareSubjects(both, { slug: 'n', name: 'Beta 1B', paramsB: 1 })
  expect(textOf(renderComparison(document, one))).toMatch(
    /in the one like-for-like comparison.*Covers one model \(Beta 1B\)/,
  )
  const other = compareSubjects(both, { slug: 'x', name: 'Gamma 30B', paramsB: 30 })
  expect(textOf(renderComparison(document, other))).toMatch(
    /Gamma 30B has not been measured like for like.*1 B to 8 B parameters; 30 B would be an extrapolation.*B is faster/s,
  )
})

test('hostile names are text, in the page and in the query; the CSV cannot start a formula', () => {
  const both = [
    subject(HOSTILE, [cell({})], HOSTILE),
    subject("b'; DROP TABLE cells; --", [cell({ gpu: 'b', source: 'lab' })], '=1+1'),
  ]
  const node = document.createElement('div')
  node.append(...renderComparison(document, compareSubjects(both)))
  expect(node.textContent).toContain(HOSTILE)
  expect(node.querySelector('img, script, [onerror], [style]')).toBeNull()
  expect(
    compareSql(
      both.map(({ id }) => id),
      'gpus',
    ),
  ).toContain("'b''; DROP TABLE cells; --'")
  const csv = compareCsv(['=a', 'b'], 'gpus', compareSubjects(both).matches)
  expect(csv.split('\r\n')[0]).toMatch(/metric,'=a p50,'=a n,b p50,b n$/)
})

const index: CompareIndex = {
  gpus: ['a', 'b', 'c'].map((id) => ({ id, name: id, shares: [[id === 'b' ? 'c' : 'b', 3]] })),
  engines: [
    { id: 'vllm', name: 'vLLM', shares: [] },
    { id: 'tgi', name: 'TGI', shares: [['vllm', 2]] },
  ],
  models: [{ id: 'm', name: 'Alpha 8B', paramsB: 8, shares: [] }],
}

test.each([
  ['', 'gpus', ['a', 'b'], '', []],
  ['gpus=b', 'gpus', ['b', 'c'], '', []],
  ['gpus=c,b,a&model=m', 'gpus', ['c', 'b', 'a'], 'm', []],
  ['gpus=c,none,b', 'gpus', ['c', 'b'], '', ['none']],
  ['a=tgi&b=vllm', 'engines', ['tgi', 'vllm'], '', []],
  ['engines=', 'engines', ['tgi', 'vllm'], '', []],
  ['gpus=a,b&model=gone', 'gpus', ['a', 'b'], '', ['gone']],
])('the address %s', (query, side, ids, model, unknown) => {
  const found = parseCompare(new URLSearchParams(query), index, ['a', 'b'])
  expect(found).toEqual({ question: { side, ids, model }, unknown })
  const again = parseCompare(new URLSearchParams(formatCompare(found.question, ['a', 'b'])), index, ['a', 'b'])
  expect(again.question).toEqual(found.question)
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
