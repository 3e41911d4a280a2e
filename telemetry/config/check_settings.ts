import type { z } from 'zod'
import { ConfigError } from './config_error.ts'
import { explainSetting } from './explain_setting.ts'
import { Config, type TelemetryConfig } from './schema.ts'
import { absolutePaths } from './setting_paths.ts'

/**
 * Validates the table `telemetry` as a program passes it; relative paths start at the working folder.
 * Throws ConfigError with every problem.
 */
export function checkTelemetryConfig(
  telemetry: z.input<typeof TelemetryConfig>,
  env: NodeJS.ProcessEnv,
): TelemetryConfig {
  const tree = absolutePaths({ telemetry }, process.cwd(), env)
  const result = Config.safeParse(tree)
  if (result.success) return result.data.telemetry
  throw new ConfigError(result.error.issues.flatMap((issue) => explainSetting(issue, tree)).map(({ text }) => text))
}
