import { expect, test } from 'vitest'
import { argonne } from '../../curate/argonne.ts'
import { convertFixture, expectPinned, flawRows, rowAt } from './fixture.ts'

const converted = convertFixture(argonne)
const ALL = 'Plots_All_results.csv'
const FIGURE_22 = 'Plots_Fig_22_all_results_TTFT_ITL.csv'

test('the rows, counts and reports are the pinned ones', () => {
  expectPinned(converted)
})

test('a latency in seconds is a total time, split into nothing', () => {
  expect(rowAt(converted, `${ALL}#1`)).toMatchObject({
    total_time_ms: 14_000,
    first_token_ms: null,
    decode_time_ms: null,
    tokens_in: 1024,
    tokens_out: 1024,
  })
})

test.each([
  [5, 'a llama.cpp batch that is none', 'prompt batch'],
  [7, 'faster than memory', 'read from memory'],
  [8, 'a stopped sibling below the limit', 'half the length'],
  [2, 'a run that Fig. 22 gives too', 'Fig. 22 gives again'],
])('row %i is dropped: %s', (row, _name, flaw) => {
  expect(() => rowAt(converted, `${ALL}#${row}`)).toThrow('no row')
  expect(flawRows(converted, flaw)).toBe(1)
})

test('an accelerator without a known bandwidth is not checked against it', () => {
  expect(rowAt(converted, `${ALL}#9`).gpu_name).toBe('SambaNova SN40L')
})

test('repetitions of a configuration stay', () => {
  expect(rowAt(converted, `${ALL}#14`).total_time_ms).toBe(14_250)
  expect(flawRows(converted, 'occurred before')).toBe(1)
})

test('labels of product lines are taken for one part each', () => {
  const names = [1, 4, 10].map((row) => rowAt(converted, `${ALL}#${row}`).gpu_name)
  expect(names).toEqual(['NVIDIA A100 SXM4 40GB', 'NVIDIA GH200 (96GB HBM3)', 'Intel Data Center GPU Max 1550'])
})

test('Fig. 22 splits the total at the first token', () => {
  expect(rowAt(converted, `${FIGURE_22}#1`)).toMatchObject({
    tokens_out: 1024,
    first_token_ms: 1050.501,
    decode_time_ms: 24_000,
    concurrency: 16,
  })
})

test('a row of Fig. 22 without an end has a first token only', () => {
  expect(rowAt(converted, `${FIGURE_22}#2`)).toMatchObject({ tokens_out: 1, decode_time_ms: null, total_time_ms: null })
})
