import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  describeSpread,
  formatBytes,
  formatCount,
  formatParameters,
  formatRange,
  formatShare,
  formatSpread,
  formatUsd,
  formatValue,
  shorten,
} from '../../site/lib/format.ts'

describe('formatValue keeps three significant digits', () => {
  test.each([
    [0, '0'],
    [0.01234, '0.0123'],
    [0.5, '0.500'],
    [7.424, '7.42'],
    [9.996, '10.0'],
    [52.06, '52.1'],
    [142.4, '142'],
    [999.6, '1,000'],
    [1234, '1,230'],
    [1234567, '1,230,000'],
    [null, '–'],
  ])('%s → %s', (value, text) => expect(formatValue(value)).toBe(text))
})

test('formatCount separates thousands and keeps every digit', () => {
  expect([1, 999, 1000, 1234567, null].map(formatCount)).toEqual(['1', '999', '1,000', '1,234,567', '–'])
})

test('formatRange shows a dash where there is nothing', () => {
  expect(formatRange(48.21, 55)).toBe('48.2–55.0')
  expect(formatRange(null, null)).toBe('–')
  expect(formatSpread({ n: 5, p25: 1, p75: 2 }, 'curated')).toBe('1.00–2.00')
  expect(formatSpread({ n: 1, p25: 1, p75: 1 }, 'curated')).toBe('single value')
  expect(formatSpread({ n: 40, p25: 3, p75: 3 }, 'community')).toBe('no spread shown')
  expect(describeSpread({ n: 5, p25: 1, p75: 2 }, 'curated')).toBe('p25–p75 1.00–2.00')
})

test('formatShare, formatSpread, formatBytes and formatParameters carry their units', () => {
  expect([0, 0.982, 1].map(formatShare)).toEqual(['0 %', '98.2 %', '100 %'])
  expect([12, 34_242_586, 5120].map(formatBytes)).toEqual(['12 B', '34.2 MB', '5.1 kB'])
  expect([0.35, 8.03, 405, null].map(formatParameters)).toEqual(['350 M', '8.03 B', '405 B', '–'])
})

test.each([
  [0.00001234, '0.000012'],
  [0.0649, '0.065'],
  [0.0999, '0.10'],
  [0.1563, '0.16'],
  [2.39, '2.39'],
  [48, '48.00'],
  [999.99, '999.99'],
  [999.996, '1,000'],
  [12345.6, '12,346'],
  [null, '–'],
])('formatUsd(%s) → %s', (value, text) => expect(formatUsd(value)).toBe(text))

test('a shortened value is written as the value itself, which four digits do not give', () => {
  expect([32.34656004010795, 54.99999999].map((value) => shorten(value, formatValue))).toEqual([32.347, 55])
  expect(formatValue(Number((32.34656004010795).toPrecision(4)))).not.toBe(formatValue(32.34656004010795))
  fc.assert(
    fc.property(
      fc.double({ min: 1e-3, max: 1e7, noNaN: true }),
      fc.constantFrom(formatValue, formatUsd),
      (value, show) => {
        const short = shorten(value, show)
        expect(show(short)).toBe(show(value))
        expect(Math.abs(short / value - 1)).toBeLessThanOrEqual(5.1e-5)
      },
    ),
  )
})
