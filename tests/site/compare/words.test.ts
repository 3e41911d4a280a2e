import { expect, test } from 'vitest'
import { formatRatio } from '../../../site/lib/compare/words.ts'

test.each([
  [1, '1.00×'],
  [1.62, '1.62×'],
  [0.5, '0.50×'],
  [12.34, '12.3×'],
  [234.5, '235×'],
  [1.0013, '1.0013×'],
  [0.9971, '0.9971×'],
  [1.00001, '1.000010×'],
])('a ratio of %d reads %s, so that no difference reads as none', (ratio, text) => {
  expect(formatRatio(ratio)).toBe(text)
})
