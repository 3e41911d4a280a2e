import { expect, test } from 'vitest'
import { splitwise } from '../../curate/splitwise.ts'
import { convertFixture, expectPinned, flawRows, rowAt } from './fixture.ts'

const converted = convertFixture(splitwise)

test('the rows, counts and reports are the pinned ones', () => {
  expectPinned(converted)
})

test('power is the fraction of TDP times the GPUs, and absent where it was not measured', () => {
  expect(rowAt(converted, 'data/perf_model.csv#1').power_w).toBe(0.75 * 400 * 2)
  expect(rowAt(converted, 'data/perf_model.csv#3')).not.toHaveProperty('power_w')
})

test('equal rows are repetitions: both stay', () => {
  const { origin: _first, ...first } = rowAt(converted, 'data/perf_model.csv#1')
  const { origin: _second, ...second } = rowAt(converted, 'data/perf_model.csv#2')
  expect(second).toEqual(first)
  expect(flawRows(converted, 'equal an earlier row')).toBe(1)
})

test('a power-capped H100 is not an H100', () => {
  const names = [4, 5].map((row) => rowAt(converted, `data/perf_model.csv#${row}`).gpu_name)
  expect(names).toEqual(['NVIDIA H100 SXM5 80GB', 'NVIDIA H100 80GB (power-capped)'])
})

test('a batch above 1 is batched offline at that concurrency', () => {
  const row = rowAt(converted, 'data/perf_model.csv#3')
  expect(row).toMatchObject({ measurement_type: 'batched_offline', concurrency: 16 })
})

test('a run whose parts do not add up is dropped', () => {
  expect(() => rowAt(converted, 'data/perf_model.csv#6')).toThrow('no row')
  expect(flawRows(converted, '15 %')).toBe(1)
})
