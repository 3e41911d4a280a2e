import { decideConsent } from '../../config/consent.ts'
import type { Consent } from '../../config/consent_types.ts'
import { loadConfig } from '../../config/load_config.ts'
import { bufferFolders } from '../../config/paths.ts'
import type { Config } from '../../config/schema.ts'
import { readStoredConsent, type StoredConsent } from '../../config/stored_consent.ts'
import type { OptionSpecs } from '../usage.ts'

/** The settings and the consent that every command about telemetry needs. */
export interface Settings {
  config: Config
  /** The file that was read; null if there is none. */
  path: string | null
  consent: Consent
  stored: StoredConsent
  /** Where samples are recorded now. */
  bufferDir: string
  /** Every folder of samples of this host. */
  bufferDirs: readonly string[]
}

export const CONFIG_OPTION = {
  config: { type: 'string', value: 'FILE', help: 'the config file (TOML)', complete: 'file' },
} as const satisfies OptionSpecs

/**
 * Reads settings and consent; writes nothing.
 *
 * @throws ConfigError
 */
export function readSettings(configFile: string | undefined, env: NodeJS.ProcessEnv): Settings {
  const { config, path } = loadConfig({ path: configFile, env })
  const stored = readStoredConsent(env)
  const consent = decideConsent({ env, config: { enabled: config.telemetry.enabled, path }, stored })
  const { shared, local } = bufferFolders(config.telemetry.buffer.dir, env)
  const bufferDir = consent.local ? local : shared
  return { config, path, consent, stored, bufferDir, bufferDirs: [shared, local] }
}

/** Throws if telemetry is local, under which nothing may leave. `command` is what the operator typed. */
export function assertMayLeave(command: string, { consent }: Pick<Settings, 'consent'>): void {
  if (!consent.local) return
  throw new Error(
    `${command}: telemetry is local (${consent.detail}): samples are for you alone, and nothing is sent or exported. See orch telemetry on --help`,
  )
}

/**
 * The time before which no sample may leave the host; null if consent comes from a setting, which has no date: then samples were
 * recorded only while that setting was on.
 */
export function optInOf({ consent, stored }: Pick<Settings, 'consent' | 'stored'>): string | null {
  if (consent.enabled) return consent.since
  return stored.decision?.enabled ? stored.decision.since : null
}
