import { showValue } from '../../contracts/show.ts'
import type { Consent, ConsentSource } from './consent_types.ts'
import { FLAG_FORM, readFlag } from './flag.ts'
import type { StoredConsent } from './stored_consent.ts'

/** The settings that may decide whether samples are recorded. */
export interface ConsentInputs {
  env: NodeJS.ProcessEnv
  /** `telemetry.enabled` of the config file, undefined if not set, and the path of the file. */
  config: { enabled: boolean | undefined; path: string | null }
  stored: StoredConsent
}

/** The value of ORCH_TELEMETRY_ENABLED for samples that are the operator's alone. */
const LOCAL = 'local'

type Verdict = Omit<Consent, 'source'>

/**
 * Whether samples are recorded. The first that is set decides: DO_NOT_TRACK, ORCH_TELEMETRY_ENABLED, telemetry.enabled in the
 * config file, the stored decision of `orch telemetry on|local|off`. Otherwise off. An invalid setting means off.
 */
export function decideConsent({ env, config, stored }: ConsentInputs): Consent {
  const rules: [ConsentSource, Verdict | null][] = [
    ['DO_NOT_TRACK', askDoNotTrack(env)],
    ['ORCH_TELEMETRY_ENABLED', askEnvironment(env)],
    ['config file', askConfig(config)],
    [nameDecision(stored), askStored(stored)],
  ]
  for (const [source, decision] of rules) if (decision) return { source, ...decision }
  return { source: 'default', ...off('nothing turned it on'), problem: stored.problem }
}

/** By consoledonottrack.com any value other than empty, 0 and false opts out. */
function askDoNotTrack(env: NodeJS.ProcessEnv): Verdict | null {
  const value = env.DO_NOT_TRACK?.trim().toLowerCase() ?? ''
  return ['', '0', 'false'].includes(value) ? null : off(`DO_NOT_TRACK=${showWord(env.DO_NOT_TRACK)}`)
}

function askEnvironment(env: NodeJS.ProcessEnv): Verdict | null {
  const value = env.ORCH_TELEMETRY_ENABLED
  const detail = `ORCH_TELEMETRY_ENABLED=${showWord(value)}`
  if (value?.trim().toLowerCase() === LOCAL) return { ...on(detail, null), local: true }
  const flag = readFlag(value)
  if (flag === 'unset') return null
  if (flag === 'on') return on(detail, null)
  if (flag === 'off') return off(detail)
  const problem = `ORCH_TELEMETRY_ENABLED: expected ${FLAG_FORM} or ${LOCAL}, found ${showValue(value)}. Telemetry stays off.`
  return { ...off(detail), problem }
}

function askConfig({ enabled, path }: ConsentInputs['config']): Verdict | null {
  if (enabled === undefined) return null
  const detail = `telemetry.enabled = ${enabled}${path === null ? '' : ` in ${path}`}`
  return enabled ? on(detail, null) : off(detail)
}

function askStored({ decision, path }: StoredConsent): Verdict | null {
  if (decision === null) return null
  const detail = `${path}, since ${decision.since}`
  if (!decision.enabled) return off(detail)
  return decision.local ? { ...on(detail, decision.since), local: true } : on(detail, decision.since)
}

function nameDecision({ decision }: StoredConsent): ConsentSource {
  if (!decision?.enabled) return 'orch telemetry off'
  return decision.local ? 'orch telemetry local' : 'orch telemetry on'
}

function on(detail: string, since: string | null): Verdict {
  return { enabled: true, detail, since, problem: null }
}

function off(detail: string): Verdict {
  return { enabled: false, detail, since: null, problem: null }
}

function showWord(value: string | undefined): string {
  return showValue(value).replace(/^"(.*)"$/, '$1')
}
