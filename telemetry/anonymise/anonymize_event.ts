import { roundCounts } from '../../contracts/anonymise/rounding.ts'
import { type AnonymizedExport, PATTERNS, type TelemetryEvent } from '../../contracts/index.ts'
import { pseudonymize } from './pseudonym.ts'

const ANONYMOUS = new RegExp(PATTERNS.anonymous_tenant_id)

/**
 * Makes a sample fit to leave the host: tenant and job become pseudonyms under the local key, the time becomes its
 * day, tokens and durations are rounded. The result still has to be checked against AnonymizedExport.
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
 * The name under which a tenant leaves the host. What is a pseudonym already stays as it is: a second HMAC would hide
 * that two samples are of one tenant, recorded under either setting.
 */
export function anonymizeTenant(tenant_id: string, key: Buffer): string {
  return ANONYMOUS.test(tenant_id) ? tenant_id : `anon:${pseudonymize(key, 'tenant', tenant_id)}`
}

/**
 * Orders samples by their pseudonyms: to whoever lacks the key a random order, which says nothing of the order in which
 * the tasks ran, and yet the same on every export.
 */
export function shuffleByJobId<T extends { job_id: string }>(samples: readonly T[]): T[] {
  return [...samples].sort((a, b) => (a.job_id < b.job_id ? -1 : a.job_id > b.job_id ? 1 : 0))
}

function toDay(ts: string): string {
  return `${ts.slice(0, 10)}T00:00:00Z`
}
