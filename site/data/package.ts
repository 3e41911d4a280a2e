import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './folder.ts'

/** The file that `npm pack` makes, by the name and version in package.json. */
export function tarballName(): string {
  const path = join(projectRoot(), 'package.json')
  const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as { name: string; version: string }
  return `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`
}
