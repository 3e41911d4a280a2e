import { Bool, Float64, Int64, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import { expect, test } from 'vitest'
import { decodeResult } from '../../../site/lib/explore/result.ts'
import { nextOrder, type SortOrder, sortResult } from '../../../site/lib/explore/sort_result.ts'

const result = decodeResult(
  tableToIPC(
    new Table({
      words: vectorFromArray(['b', null, 'a10', 'a9', 'B'], new Utf8()),
      speed: vectorFromArray([2, null, Number.NaN, 10, -Infinity], new Float64()),
      count: vectorFromArray([9007199254740993n, 9007199254740992n, null, 10n, 9n], new Int64()),
      fine: vectorFromArray([true, null, false, true, false], new Bool()),
    }),
    'stream',
  ),
)
const sorted = (name: string, descending: boolean): unknown[] => {
  const i = result.columns.findIndex((column) => column.name === name)
  return sortResult(result, { name, descending })
    .rows()
    .map((row) => row[i])
}

test.each([
  ['speed', false, [-Infinity, 2, 10, Number.NaN, null]],
  ['speed', true, [10, 2, -Infinity, Number.NaN, null]],
  ['count', false, [9n, 10n, 9007199254740992n, 9007199254740993n, null]],
  ['count', true, [9007199254740993n, 9007199254740992n, 10n, 9n, null]],
  ['words', false, ['a9', 'a10', 'b', 'B', null]],
  ['words', true, ['B', 'b', 'a10', 'a9', null]],
  ['fine', false, [false, false, true, true, null]],
] as const)('by %s, falling %s: numbers by size, what is missing last', (name, descending, expected) => {
  expect(sorted(name, descending)).toEqual(expected)
})

test('whole rows move, those that are equal keep the order of the query, either way', () => {
  const words = (descending: boolean) =>
    sortResult(result, { name: 'fine', descending })
      .rows()
      .map(([word]) => word)
  expect(words(false)).toEqual(['a10', 'B', 'b', 'a9', null])
  expect(words(true)).toEqual(['b', 'a9', 'a10', 'B', null])
})

test('a page of a sorted result is a part of the whole order; a column that is not there sorts nothing', () => {
  const order = { name: 'count', descending: false }
  const all = sortResult(result, order).rows()
  expect(sortResult(result, order).rows(3, 9)).toEqual(all.slice(3))
  expect(sortResult(result, { name: 'none', descending: true }).rows()).toEqual(result.rows())
})

test('a head is pressed to rise, to fall, and to return to the order of the query', () => {
  let order: SortOrder | null = nextOrder({ name: 'b', descending: true }, 'a')
  expect(order).toEqual({ name: 'a', descending: false })
  order = nextOrder(order, 'a')
  expect(order).toEqual({ name: 'a', descending: true })
  expect(nextOrder(order, 'a')).toBeNull()
})
