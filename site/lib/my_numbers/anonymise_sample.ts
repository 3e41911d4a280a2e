import { roundCounts } from '../../../contracts/anonymise/rounding.ts'
import { PATTERNS } from '../../../contracts/fields.ts'
import type { TelemetryEvent } from '../../../contracts/telemetry_event.ts'

const PSEUDONYM_DIGITS = 32
const DAY = new RegExp(PATTERNS.day)
const ANONYMOUS_TENANT = new RegExp(PATTERNS.anonymous_tenant_id)
const ANONYMOUS_JOB = new RegExp(PATTERNS.anonymous_job_id)

/** Whether a sample is already in the form that `orch telemetry export` writes. */
export function isAnonymised({ ts, tenant_id, job_id }: TelemetryEvent): boolean {
  return DAY.test(ts) && ANONYMOUS_TENANT.test(tenant_id) && ANONYMOUS_JOB.test(job_id)
}

/**
 * Anonymises a sample by the rules of `orch telemetry export`: tenant and job become HMAC-SHA256 pseudonyms under the key, the
 * time becomes its day, tokens and durations are rounded.
 */
export async function anonymiseSample(sample: TelemetryEvent, key: CryptoKey): Promise<TelemetryEvent> {
  const { ts, tenant_id, job_id } = sample
  return {
    ...roundCounts(sample),
    ts: `${ts.slice(0, 10)}T00:00:00Z`,
    tenant_id: ANONYMOUS_TENANT.test(tenant_id) ? tenant_id : `anon:${await pseudonymise(key, 'tenant', tenant_id)}`,
    job_id: await pseudonymise(key, 'job', job_id),
  }
}

/** The pseudonym of an id, as the command line makes it. */
export async function pseudonymise(key: CryptoKey, scope: 'job' | 'tenant', id: string): Promise<string> {
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${scope}\0${id}`))
  const digits = Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return digits.slice(0, PSEUDONYM_DIGITS)
}
