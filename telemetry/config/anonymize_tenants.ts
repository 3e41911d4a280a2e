import { showValue } from '../../contracts/show.ts'
import { FLAG_FORM, readFlag } from './flag.ts'

/**
 * Whether ORCH_TELEMETRY_ANON requires that tenant ids are stored and sent as pseudonyms only. An invalid value counts as on, and
 * `problem` describes it.
 */
export function readAnonymizeTenants(env: NodeJS.ProcessEnv): { on: boolean; problem: string | null } {
  const flag = readFlag(env.ORCH_TELEMETRY_ANON)
  if (flag !== 'unreadable') return { on: flag === 'on', problem: null }
  const found = showValue(env.ORCH_TELEMETRY_ANON)
  return { on: true, problem: `ORCH_TELEMETRY_ANON: expected ${FLAG_FORM}, found ${found}. Tenant ids are anonymised.` }
}
