import { expect, test } from 'vitest'
import { formatCounts } from '../../site/lib/counts.ts'

const ROW = { kind: 'curated' as const, samples: 9, repetitions: 27, machines: 1, contributors: 1 }

test.each([
  [ROW, '1 machine × 27 runs (9 observations)'],
  [{ ...ROW, samples: 1, repetitions: 1200, machines: 2 }, '2 machines × 1,200 runs (1 observation)'],
  [{ ...ROW, machines: null }, '27 runs, machines not stated (9 observations)'],
  [
    { ...ROW, kind: 'community' as const, samples: 120, repetitions: 120, machines: null, contributors: 6 },
    // Of a private build, which has other counts than those of steps.
    '6 contributors (about 120 observations)',
  ],
  [
    { ...ROW, kind: 'community' as const, samples: 40, repetitions: 40, machines: null, contributors: 5 },
    'about 5 contributors (about 40 observations)',
  ],
  [
    { ...ROW, kind: 'community' as const, samples: 1, repetitions: 1, machines: null, contributors: 1 },
    '1 contributor (1 observation)',
  ],
])('%j', (row, words) => {
  expect(formatCounts(row)).toBe(words)
})
