import { expect, test } from 'vitest'
import { formatCounts } from '../../site/lib/counts.ts'

const ROW = { kind: 'curated' as const, samples: 9, repetitions: 27, machines: 1, contributors: 1 }

test.each([
  [ROW, '9 observations · 27 repetitions · 1 machine'],
  [{ ...ROW, samples: 1, repetitions: 1200, machines: 2 }, '1 observation · 1,200 repetitions · 2 machines'],
  [{ ...ROW, machines: null }, '9 observations · 27 repetitions · machines not stated'],
  [
    { ...ROW, kind: 'community' as const, samples: 120, repetitions: 120, machines: null, contributors: 6 },
    '120 observations · 6 contributors',
  ],
])('%j', (row, words) => {
  expect(formatCounts(row)).toBe(words)
})
