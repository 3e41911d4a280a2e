import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'

/** The folder of package.json, where builds and tests run. */
export function projectRoot(): string {
  return process.cwd()
}

/** The folder of the published files: DATA_OUT, else dist/data. */
export function dataFolder(): string {
  return resolve(projectRoot(), process.env.DATA_OUT ?? 'dist/data')
}

/**
 * Follows the link that the folder of published files is, once for this process: what is published while a build runs is not mixed into it. In the
 * environment, as the configuration and the pages of a build are different instances of this module.
 */
export function pinDataFolder(): void {
  const folder = dataFolder()
  if (existsSync(folder)) process.env.DATA_OUT = realpathSync(folder)
}
