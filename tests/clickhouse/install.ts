import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The package chdb lives in this folder, apart from the other packages because it takes 0.5 GB. The lock file has the hash of its engine for
 * Linux on x64; the engines of the other systems are pinned by version alone.
 */
const FOLDER = import.meta.dirname

/** Whether the locked release of chdb is installed. */
export function isInstalled(): boolean {
  const installed = join(FOLDER, 'node_modules', 'chdb', 'package.json')
  return existsSync(installed) && versionOf(installed) === lockedVersion()
}

/** Installs chdb where its locked release is not there yet. Throws where npm fails. */
export function installChdb(): void {
  if (!isInstalled()) execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: 'inherit' })
}

function versionOf(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

function lockedVersion(): string | undefined {
  const lock = JSON.parse(readFileSync(join(FOLDER, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>
  }
  return lock.packages['node_modules/chdb']?.version
}

if (import.meta.main) installChdb()
