import { roundCounts } from '../../contracts/anonymise/rounding.ts'
import { PATTERNS } from '../../contracts/fields.ts'
import type { AnonymizedExport, TelemetryEvent } from '../../contracts/index.ts'
import { pseudonymize } from './pseudonym.ts'

const ANONYMOUS = new RegExp(PATTERNS.anonymous_tenant_id)

/**
 * Anonymises a sample: tenant and job become pseudonyms under the local key, the time becomes its day, tokens and durations are
 * rounded. The result still has to be validated against AnonymizedExport.
 */
export function anonymizeEvent(event: TelemetryEvent, key: Buffer): AnonymizedExport {
  return {
    ...roundCounts(event),
    ts: toDay(event.ts),
    tenant_id: anonymizeTenant(event.tenant_id, key),
    job_id: pseudonymize(key, 'job', event.job_id),
  }
}

/**
 * The pseudonym of a tenant. A pseudonym stays as it is: after a second HMAC, two samples of one tenant, recorded under different
 * settings, could not be recognised as such.
 */
export function anonymizeTenant(tenant_id: string, key: Buffer): string {
  return ANONYMOUS.test(tenant_id) ? tenant_id : `anon:${pseudonymize(key, 'tenant', tenant_id)}`
}

/**
 * Orders samples by their pseudonyms: without the key a random order, which does not reveal the order of the tasks, but the same
 * on every export.
 */
export function shuffleByJobId<T extends { job_id: string }>(samples: readonly T[]): T[] {
  return [...samples].sort((a, b) => (a.job_id < b.job_id ? -1 : a.job_id > b.job_id ? 1 : 0))
}

function toDay(ts: string): string {
  return `${ts.slice(0, 10)}T00:00:00Z`
}
