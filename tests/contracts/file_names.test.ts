import { expect, test } from 'vitest'
import { LIMITS, MEASUREMENT_TYPES, PATTERNS } from '../../contracts/fields.ts'

/** Most characters that a pattern of the form `^[…][…]{0,N}$` lets through. */
function longest(name: 'model_slug' | 'quantization' | 'gpu_id' | 'engine' | 'source_id'): string {
  const room = Number(/\{0,(\d+)\}\$$/.exec(PATTERNS[name])![1])
  const text = 'a'.repeat(room + 1)
  expect(text).toMatch(new RegExp(PATTERNS[name]))
  expect(`${text}a`).not.toMatch(new RegExp(PATTERNS[name]))
  return text
}

test('the longest id of a matrix row that the contracts allow is the name of a file', () => {
  const type = [...MEASUREMENT_TYPES].sort((a, b) => b.length - a.length)[0]!
  const parts = [
    longest('model_slug'),
    longest('quantization'),
    longest('gpu_id'),
    `x${LIMITS.gpu_count}`,
    longest('engine'),
    type,
    longest('source_id'),
  ]
  expect(Buffer.byteLength(`${parts.join('_')}.json`)).toBeLessThanOrEqual(255)
})
