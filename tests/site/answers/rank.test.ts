import { expect, test } from 'vitest'
import { answerQuestion } from '../../../site/lib/answers/rank.ts'
import type { Run } from '../../../site/lib/answers/types.ts'
import { formatQuestion, parseQuestion } from '../../../site/lib/answers/which_state.ts'
import { answersOf, figure, run } from './fixture.ts'

const ask = (runs: Run[], query = '') => {
  const data = answersOf(runs)
  return answerQuestion(data, parseQuestion(new URLSearchParams(query), data))
}
const speeds = (...values: number[]) =>
  values.map((p50, i) => run({ gpu: ['one', 'two', 'three'][i]!, figures: { decode_tps: figure(p50) } }))

test('the best run of each GPU × engine, ranked; equal curated medians share a rank', () => {
  const runs = [...speeds(100, 100, 50), run({ quantization: 'Q4', figures: { decode_tps: figure(40) } })]
  const [answer] = ask(runs)
  expect(answer!.ranked.map(({ run, rank, tied, others }) => [run.gpu, rank, tied, others])).toEqual([
    ['one', 1, true, 1],
    ['two', 1, true, 0],
    ['three', 3, false, 0],
  ])
})

test('curated medians are exact: one that is a little better has the better rank', () => {
  const [answer] = ask(speeds(100.1, 100.2, 100))
  expect(answer!.ranked.map(({ run, rank, tied }) => [run.gpu, rank, tied])).toEqual([
    ['two', 1, false],
    ['one', 2, false],
    ['three', 3, false],
  ])
})

test('a chain of community ties: one that only the best beats is marked as tied with its neighbour', () => {
  const at = (gpu: string, p50: number, interval: [number, number]) =>
    run({ kind: 'community', source: 'community', gpu, figures: { decode_tps: figure(p50, { interval }) } })
  const [answer] = ask([at('one', 103, [101, 105]), at('two', 101.5, [99, 104]), at('three', 99, [97, 100])])
  expect(answer!.ranked.map(({ rank, tied }) => [rank, tied])).toEqual([
    [1, true],
    [1, true],
    [2, true],
  ])
})

test('community and curated figures are ranked apart; too few contributors have no rank', () => {
  const ours = run({ kind: 'community', source: 'community', gpu: 'two', figures: { decode_tps: figure(900) } })
  const answers = ask([...speeds(10), ours])
  expect(answers.map(({ kind, ranked }) => [kind, ranked.map(({ rank }) => rank)])).toEqual([
    ['curated', [1]],
    ['community', [null]],
  ])
})

test('every run is ranked or hidden, with the reason and its count', () => {
  const runs = [
    ...speeds(100, 80, 60),
    run({ engine: 'llama.cpp', figures: { decode_tps: figure(5) } }),
    run({ engine: 'llama.cpp', gpu: 'two', figures: { e2e_tps: figure(5) } }),
  ]
  const [answer] = ask(runs, 'tps=10&budget=2.5')
  expect(answer!.ranked.map(({ run }) => run.gpu)).toEqual(['one'])
  expect(answer!.hidden).toEqual([
    { reason: 'without a figure of decode speed', runs: 1 },
    { reason: 'over the budget', runs: 1 },
    { reason: 'without a list price', runs: 1 },
    { reason: 'slower than the least speed', runs: 1 },
  ])
})

test('a monthly budget is 730 hours; memory counts all GPUs; a limit on an unknown value leaves the run out', () => {
  const runs = [...speeds(100, 80, 60), run({ gpuCount: 4, figures: { decode_tps: figure(300) } })]
  const gpus = (query: string) => ask(runs, query)[0]!.ranked.map(({ run }) => `${run.gpu}×${run.gpuCount}`)
  expect(gpus('budget=1460&per=month')).toEqual(['one×1'])
  expect(gpus('budget=1459&per=month')).toEqual([])
  expect(gpus('vram-max=80')).toEqual(['one×1', 'two×1'])
  expect(gpus('vram=90')).toEqual(['one×4'])
  expect(gpus('ttft=100')).toEqual([])
})

test('ranked by cost, the cheapest is first; by first token, the soonest', () => {
  const figures = (tps: number, ttft: number) => ({ decode_tps: figure(tps), ttft_ms: figure(ttft) })
  const runs = [run({ figures: figures(100, 400) }), run({ gpu: 'two', figures: figures(120, 100) })]
  const order = (query: string) => ask(runs, query)[0]!.ranked.map(({ run }) => run.gpu)
  expect(order('by=cost')).toEqual(['one', 'two'])
  expect(order('by=ttft')).toEqual(['two', 'one'])
})

test('a limit met by the median but not over the spread is borderline', () => {
  const [answer] = ask(speeds(100, 52), 'tps=50')
  expect(answer!.ranked.map(({ borderline }) => borderline)).toEqual([false, true])
})

test('the address carries the question and gives it back; nonsense falls back', () => {
  const data = answersOf([...speeds(100), run({ gpu: 'two', type: 'batched_online', quantization: 'Q4' })])
  const query = '?model=org--alpha&type=batched_online&by=cost&quant=Q4&tps=10&budget=2.5&vram-max=24&per=month'
  const question = parseQuestion(new URLSearchParams(query), data)
  const formatted = formatQuestion(question, data, 'other')
  expect(parseQuestion(new URLSearchParams(formatted), data)).toEqual(question)
  expect([...new URLSearchParams(formatted)].sort()).toEqual([...new URLSearchParams(query)].sort())
  const plain = parseQuestion(new URLSearchParams(), data)
  expect(parseQuestion(new URLSearchParams('type=x&by=y&tps=-1&ttft=NaN&budget=1e999&quant=none'), data)).toEqual(plain)
  expect(formatQuestion(plain, data, 'org--alpha')).toBe('')
  expect(formatQuestion(plain, data, 'other')).toBe('?model=org--alpha')
})

test('by cost every run with a speed counts: costs follow from the end-to-end one, unless another is asked for', () => {
  const runs = [
    run({ figures: { decode_tps: figure(100), e2e_tps: figure(50) } }),
    run({ gpu: 'two', figures: { e2e_tps: figure(400) } }),
  ]
  const data = answersOf(runs)
  const costs = (query: string) =>
    ask(runs, query)[0]!.ranked.map(({ run, cost }) => [run.gpu, Number(cost!.p50.toFixed(3))])
  expect(costs('by=cost')).toEqual([
    ['two', 2.083],
    ['one', 11.111],
  ])
  expect(costs('by=cost&metric=decode_tps')).toEqual([['one', 11.111]])
  const question = parseQuestion(new URLSearchParams('by=cost'), data)
  expect(formatQuestion(question, data, 'another')).toBe('?model=org--alpha&by=cost')
})

test('under load only runs at one load are ranked: the one of most GPUs, the one asked for, or each at its own', () => {
  const at = (gpu: string, load: Run['load'], p50: number) =>
    run({ gpu, load, type: 'batched_online', figures: { decode_tps: figure(p50) } })
  const runs = [at('one', '2-4', 90), at('one', '9-16', 40), at('two', '9-16', 50)]
  const ranked = (query: string) => ask(runs, query)[0]!.ranked.map(({ run }) => [run.gpu, run.load])
  expect(ranked('')).toEqual([
    ['two', '9-16'],
    ['one', '9-16'],
  ])
  expect(ranked('load=2-4')).toEqual([['one', '2-4']])
  expect(ranked('load=each')).toEqual([
    ['one', '2-4'],
    ['two', '9-16'],
  ])
})
