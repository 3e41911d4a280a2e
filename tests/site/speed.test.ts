import { expect, test } from 'vitest'
import { markBound, speedOf } from '../../site/lib/speed.ts'

const figure = (p50: number) => ({ n: 1, p25: p50, p50, p75: p50, interval: null })

test.each([
  ['decode speed where it is known', { decode_tps: figure(72.1), e2e_tps: figure(60) }, '72.1'],
  ['else end-to-end speed, as a lower bound', { e2e_tps: figure(14.5) }, '≥ 14.5'],
  ['nothing if neither was measured', {}, null],
])('the speed of a row is %s', (_, figures, expected) => {
  const speed = speedOf(figures)
  expect(speed && markBound(String(speed.figure.p50), speed)).toBe(expected)
})
