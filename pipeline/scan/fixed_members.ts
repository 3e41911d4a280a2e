import type { AnonymizedExport } from '../../contracts/index.ts'

/** A sample without identifiers and measurements: what the lines of a group have in common. */
export type FixedMembers = Omit<AnonymizedExport, 'ts' | 'tenant_id' | 'job_id' | 'tokens_in' | 'tokens_out'>
