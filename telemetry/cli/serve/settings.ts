import { decideConsent } from '../../config/consent.ts'
import type { Consent } from '../../config/consent_types.ts'
import { type LoadedConfig, loadConfig } from '../../config/load_config.ts'
import { readStoredConsent } from '../../config/stored_consent.ts'
import { UsageError } from '../usage_error.ts'

/** The settings of `orch serve`. */
export interface ServeSettings extends LoadedConfig {
  consent: Consent
}

export interface ServeArguments {
  upstream?: readonly string[]
  listen?: string
  config?: string
}

/**
 * The settings, overridden by the command line.
 *
 * @throws ConfigError if one cannot be used, UsageError if no engine is named
 */
export function readServeSettings({ upstream, listen, config: file }: ServeArguments, env: NodeJS.ProcessEnv) {
  const overrides = {
    ...(listen === undefined ? {} : { listen }),
    ...(upstream === undefined ? {} : { upstream: upstream.map((url) => ({ url })) }),
  }
  const { config, path } = loadConfig({ path: file, env, overrides })
  if (config.upstream.length === 0)
    throw new UsageError(
      'orch serve: expected an engine to send tasks to, found none. Pass --upstream http://127.0.0.1:8000, or name it in the config file.\nSee orch serve --help',
    )
  const stored = readStoredConsent(env)
  const consent = decideConsent({ env, config: { enabled: config.telemetry.enabled, path }, stored })
  return { config, path, consent }
}
