import { resolve } from 'node:path'

/** The folder of package.json, where builds and tests run. */
export function projectRoot(): string {
  return process.cwd()
}

/** The folder of the published files: DATA_OUT, else dist/data. */
export function dataFolder(): string {
  return resolve(projectRoot(), process.env.DATA_OUT ?? 'dist/data')
}
