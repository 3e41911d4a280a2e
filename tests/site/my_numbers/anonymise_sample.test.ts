import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TelemetryEvent } from '../../../contracts/index.ts'
import { anonymiseSample, isAnonymised } from '../../../site/lib/my_numbers/anonymise_sample.ts'
import { anonymizeEvent } from '../../../telemetry/anonymise/anonymize_event.ts'
import { SAMPLE } from './sample.ts'

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,40}$/)
const raw = fc.record({
  tenant_id: fc.oneof(id, fc.constant('anon'), fc.constant('anon:0123456789abcdef')),
  job_id: id,
  ts: fc.constantFrom('2026-10-02T13:14:15.678Z', '2026-11-01T00:00:00Z'),
  tokens_in: fc.nat(1_000_000),
  tokens_out: fc.nat(1_000_000),
  first_token_ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
  decode_time_ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
})

test('a sample leaves the browser exactly as `orch telemetry export` would write it under the same key (property)', async () => {
  const bytes = randomBytes(32)
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  await fc.assert(
    fc.asyncProperty(raw, async (values) => {
      const event: TelemetryEvent = { ...SAMPLE, ...values }
      const sample = await anonymiseSample(event, key)
      expect(sample).toEqual(anonymizeEvent(event, bytes))
      expect(isAnonymised(sample)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('a raw sample is not taken for an anonymised one', () => {
  expect(isAnonymised(SAMPLE)).toBe(false)
})
