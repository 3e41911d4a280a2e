import { readAnonymizeTenants } from '../../config/anonymize_tenants.ts'
import type { TelemetryConfig } from '../../config/schema.ts'

/** How tenant ids are recorded, in one sentence. */
export function describeTenants(config: TelemetryConfig, env: NodeJS.ProcessEnv): string {
  if (!config.tenant_header) return 'not recorded: every sample has "anon" (no telemetry.tenant_header)'
  const header = `header ${config.tenant_header}`
  const raw = config.raw_tenant_ids && !readAnonymizeTenants(env).on
  if (raw) return `recorded unchanged (${header}, telemetry.raw_tenant_ids)`
  return `recorded as HMACs under the local key (${header})`
}
