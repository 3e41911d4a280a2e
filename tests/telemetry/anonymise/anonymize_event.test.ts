import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AnonymizedExport, type TelemetryEvent } from '../../../contracts/index.ts'
import { anonymizeEvent, shuffleByJobId } from '../../../telemetry/anonymise/anonymize_event.ts'

const KEY = Buffer.alloc(32, 1)
const event: TelemetryEvent = {
  ts: '2025-09-27T12:34:56Z',
  tenant_id: 'acme',
  job_id: 'invoice-run-7',
  model_ref: 'hf:org/repo',
  engine: 'vllm',
  engine_version: '0.5.2',
  gpu_name: 'NVIDIA A100-SXM4-40GB',
  vram_total_mb: 40536,
  vram_used_mb_peak: 18234,
  tokens_in: 1024,
  tokens_out: 2048,
  first_token_ms: 420.123,
  decode_time_ms: 9876,
  exit: 'ok',
}

it('leaves nothing of tenant, job and time of day', () => {
  const sample = anonymizeEvent(event, KEY)
  expect(sample.ts).toBe('2025-09-27T00:00:00Z')
  expect(sample.tenant_id).toMatch(/^anon:[0-9a-f]{32}$/)
  expect(sample.job_id).toMatch(/^[0-9a-f]{32}$/)
  expect(JSON.stringify(sample)).not.toMatch(/acme|invoice|12:34/)
  expect(anonymizeEvent({ ...event, tenant_id: 'anon' }, KEY).tenant_id).toBe('anon')
})

it('a tenant and a job of the same name have unlike pseudonyms', () => {
  const sample = anonymizeEvent({ ...event, tenant_id: 'x1', job_id: 'x1' }, KEY)
  expect(sample.tenant_id).not.toContain(sample.job_id)
})

it('a tenant that is a pseudonym already stays as it is; one that only looks like it does not', () => {
  const tenantOf = (tenant_id: string) => anonymizeEvent({ ...event, tenant_id }, KEY).tenant_id
  const once = tenantOf('acme')
  expect(tenantOf(once)).toBe(once)
  expect(tenantOf('anon:0123abcd')).toBe('anon:0123abcd')
  for (const name of ['anon:acme', 'anon:0123ABCD', 'anon:123', 'anonymous'])
    expect(tenantOf(name)).toMatch(/^anon:[0-9a-f]{32}$/)
})

it('pseudonyms are stable under one key and unlike under another (property)', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(key, key, fc.stringMatching(/^[A-Za-z0-9]{1,40}$/), (first, second, job_id) => {
      const jobUnder = (used: Buffer) => anonymizeEvent({ ...event, job_id }, used).job_id
      expect(jobUnder(first)).toBe(jobUnder(first))
      expect(jobUnder(first) === jobUnder(second)).toBe(first.equals(second))
    }),
  )
})

it('a valid event becomes a valid export (property)', () => {
  const valid = fc.record({
    tokens_in: fc.nat(100_000_000),
    tokens_out: fc.nat(100_000_000),
    first_token_ms: fc.double({ min: 0, max: 604_800_000, noNaN: true }),
    decode_time_ms: fc.double({ min: 0, max: 604_800_000, noNaN: true }),
    tenant_id: fc.stringMatching(/^[A-Za-z0-9]{1,20}$/),
  })
  fc.assert(
    fc.property(valid, (fields) => {
      expect(AnonymizedExport.safeParse(anonymizeEvent({ ...event, ...fields }, KEY)).error).toBeUndefined()
    }),
  )
})

it('the order of the output says nothing of the order of the input (property)', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 5 }), (ids) => {
      const shuffled = shuffleByJobId(ids.map((job_id) => ({ job_id })))
      expect(shuffled.map(({ job_id }) => job_id)).toEqual(['a', 'b', 'c', 'd', 'e'])
    }),
  )
})
