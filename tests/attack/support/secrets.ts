import type { Secret } from '../attacks/bytes.ts'
import type { Sample } from './samples.ts'

/** What identifies the samples' tasks, tenants and hosts, and who contributed them. */
export function secretsOf(samples: Sample[]): { ids: Secret[]; contributors: Secret[] } {
  const ids = samples.flatMap(({ line }) => [
    { what: 'job_id', text: line.job_id },
    ...(line.tenant_id === 'anon' ? [] : [{ what: 'tenant_id', text: line.tenant_id.replace('anon:', '') }]),
    ...(line.host_id === undefined ? [] : [{ what: 'host_id', text: line.host_id }]),
  ])
  const names = new Set(samples.map(({ contributor }) => contributor))
  return { ids: ids.filter(isUnlikely), contributors: [...names].map((text) => ({ what: 'contributor', text })) }
}

/** Whether a text cannot well occur by chance: sixteen zeros are also the bytes of many a number. */
function isUnlikely({ text }: Secret): boolean {
  return new Set(text).size >= 5
}
