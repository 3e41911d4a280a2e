import fc from 'fast-check'
import { expect, it } from 'vitest'
import { roundCounts } from '../../contracts/anonymise/rounding.ts'
import { LIMITS } from '../../contracts/index.ts'

const significantDigits = (value: number) =>
  value.toExponential().replace(/e.*$/, '').replace('.', '').replace(/^-/, '').length

const counts = fc.record({
  tokens_in: fc.nat(LIMITS.tokens),
  tokens_out: fc.nat(LIMITS.tokens),
  first_token_ms: fc.option(fc.double({ min: 0, max: LIMITS.duration_ms, noNaN: true })),
  decode_time_ms: fc.option(fc.double({ min: 0, max: LIMITS.duration_ms, noNaN: true })),
})

it('tokens keep two significant digits, durations three (property)', () => {
  fc.assert(
    fc.property(counts, (event) => {
      const rounded = roundCounts(event)
      expect(significantDigits(rounded.tokens_in)).toBeLessThanOrEqual(2)
      expect(significantDigits(rounded.tokens_out)).toBeLessThanOrEqual(2)
      for (const key of ['first_token_ms', 'decode_time_ms'] as const) {
        if (event[key] === null) expect(rounded[key]).toBeNull()
        else if (rounded[key] !== LIMITS.duration_ms) expect(significantDigits(rounded[key]!)).toBeLessThanOrEqual(3)
      }
    }),
  )
})

it('decode_tps keeps its value within 1 %, whatever becomes of the token count (property)', () => {
  const decoded = fc.record({
    tokens_out: fc.integer({ min: 2, max: LIMITS.tokens }),
    decode_time_ms: fc.double({ min: 0.001, max: LIMITS.duration_ms / 1.1, noNaN: true }),
  })
  const decodeTps = (event: { tokens_out: number; decode_time_ms: number | null }) =>
    ((event.tokens_out - 1) * 1000) / event.decode_time_ms!
  fc.assert(
    fc.property(decoded, (event) => {
      const rounded = roundCounts({ ...event, tokens_in: 1, first_token_ms: 1 })
      expect(Math.abs(decodeTps(rounded) / decodeTps(event) - 1)).toBeLessThan(0.01)
    }),
  )
})

it('scales decode_time_ms along: without that, 128 tokens rounded to 130 would be 1.6 % faster', () => {
  const event = { tokens_in: 512, tokens_out: 128, first_token_ms: 1, decode_time_ms: 12_700 }
  expect(roundCounts(event)).toMatchObject({ tokens_in: 510, tokens_out: 130, decode_time_ms: 12_900 })
})

it('cached tokens stay a part of the prompt, and the uncached part keeps two digits of its own (property)', () => {
  const prompt = fc.nat(LIMITS.tokens).chain((tokens_in) => fc.tuple(fc.constant(tokens_in), fc.nat(tokens_in)))
  fc.assert(
    fc.property(prompt, ([tokens_in, tokens_in_cached]) => {
      const event = { tokens_in, tokens_in_cached, tokens_out: 1, first_token_ms: 1, decode_time_ms: 0 }
      const rounded = roundCounts(event)
      expect(significantDigits(rounded.tokens_in)).toBeLessThanOrEqual(2)
      expect(rounded.tokens_in_cached).toBeGreaterThanOrEqual(0)
      const uncached = rounded.tokens_in - rounded.tokens_in_cached
      expect(Math.abs(uncached - (tokens_in - tokens_in_cached))).toBeLessThanOrEqual(
        0.05 * (tokens_in - tokens_in_cached),
      )
    }),
  )
})
