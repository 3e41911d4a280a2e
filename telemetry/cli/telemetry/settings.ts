import { decideConsent } from '../../config/consent.ts'
import type { Consent } from '../../config/consent_types.ts'
import { loadConfig } from '../../config/load_config.ts'
import { defaultBufferFolder } from '../../config/paths.ts'
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
  bufferDir: string
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
  return { config, path, consent, stored, bufferDir: config.telemetry.buffer.dir ?? defaultBufferFolder(env) }
}

/**
 * The time before which no sample may leave the host; null if consent comes from a setting, which has no date: then samples were
 * recorded only while that setting was on.
 */
export function optInOf({ consent, stored }: Pick<Settings, 'consent' | 'stored'>): string | null {
  if (consent.enabled) return consent.since
  return stored.decision?.enabled ? stored.decision.since : null
}
