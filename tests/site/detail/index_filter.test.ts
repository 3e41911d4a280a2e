import { expect, test } from 'vitest'
import { byValue, meets, parseSort } from '../../../site/lib/index_filter.ts'

const row = { q: 'NVIDIA GeForce RTX 4090', vendor: 'NVIDIA', memory: '24', tdp: '' }

test('a row has to meet every demand; what is not known meets none', () => {
  expect(meets(row, [])).toBe(true)
  expect(meets(row, [{ key: 'q', rule: 'has', value: '4090 nvidia' }])).toBe(true)
  expect(meets(row, [{ key: 'q', rule: 'has', value: '4090 amd' }])).toBe(false)
  expect(meets(row, [{ key: 'vendor', rule: 'is', value: 'NVIDIA' }])).toBe(true)
  expect(meets(row, [{ key: 'memory', rule: 'least', value: '24' }])).toBe(true)
  expect(meets(row, [{ key: 'memory', rule: 'least', value: '32' }])).toBe(false)
  expect(meets(row, [{ key: 'memory', rule: 'most', value: '16' }])).toBe(false)
  expect(meets(row, [{ key: 'tdp', rule: 'most', value: '500' }])).toBe(false)
  expect(meets(row, [{ key: 'tdp', rule: 'least', value: '0' }])).toBe(false)
})

test('numbers are ordered by size, names by the alphabet, and what is not known comes last either way', () => {
  const rows = ['100', '', '24', '8'].map((memory) => ({ memory }))
  const order = (descending: boolean) => rows.toSorted(byValue('memory', descending)).map(({ memory }) => memory)
  expect(order(false)).toEqual(['8', '24', '100', ''])
  expect(order(true)).toEqual(['100', '24', '8', ''])
  const names = ['RTX 4090', 'RTX 3090', 'Arc'].map((name) => ({ name }))
  expect(names.toSorted(byValue('name', false)).map(({ name }) => name)).toEqual(['Arc', 'RTX 3090', 'RTX 4090'])
})

test('an address orders by a column of the list only', () => {
  expect(parseSort('-memory', ['memory'])).toEqual({ key: 'memory', descending: true })
  expect(parseSort('memory', ['memory'])).toEqual({ key: 'memory', descending: false })
  for (const none of [null, '', '-', 'price']) expect(parseSort(none, ['memory'])).toBeUndefined()
})
