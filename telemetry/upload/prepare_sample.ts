import { AnonymizedExport, type TelemetryEvent } from '../../contracts/telemetry_event.ts'
import { anonymizeEvent, anonymizeTenant } from '../anonymise/anonymize_event.ts'
import { parseRecord } from '../buffer/parse_record.ts'
import type { DropReason } from '../buffer/types.ts'
import type { NamePolicy } from '../publish/name_policy.ts'

export interface Preparation {
  form: 'event' | 'export'
  /** Milliseconds since 1970; null if all samples may be sent. */
  since_ms: number | null
  key: Buffer
  anonymize_tenants: boolean
  /** Under which names models leave in the form `export`. */
  names: NamePolicy
}

/** A sample in the form of its sink, or why it may not be sent. */
export type Prepared = { kind: 'sample'; sample: TelemetryEvent } | { kind: 'drop'; reason: DropReason }

/** @param text a line of the buffer without its newline; null for one that is longer than any record */
export function prepareSample(text: string | null, preparation: Preparation): Prepared {
  const parsed = parseRecord(text)
  if (parsed.kind !== 'sample') return { kind: 'drop', reason: parsed.kind }
  const { event } = parsed
  const { since_ms, form, key, anonymize_tenants } = preparation
  if (since_ms !== null && Date.parse(event.ts) < since_ms) return { kind: 'drop', reason: 'before_opt_in' }
  if (form === 'export') return checkExport(preparation.names.apply(anonymizeEvent(event, key)))
  const tenant_id = anonymize_tenants ? anonymizeTenant(event.tenant_id, key) : event.tenant_id
  return { kind: 'sample', sample: { ...event, tenant_id } }
}

function checkExport(candidate: TelemetryEvent): Prepared {
  const result = AnonymizedExport.safeParse(candidate)
  return result.success ? { kind: 'sample', sample: result.data } : { kind: 'drop', reason: 'invalid' }
}
